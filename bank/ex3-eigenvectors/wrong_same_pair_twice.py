# expect: one eigenvalue twice
eigenpairs = [(lambda_1, sp.Matrix([1, 0])), (lambda_1, sp.Matrix([2, 0]))]
