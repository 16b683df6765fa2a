# expect: not a pair
eigenpairs = (lambda_1, sp.Matrix([1, 0]))
