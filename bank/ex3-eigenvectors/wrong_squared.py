# expect: squared
eigenpairs = [(lambda_1**2, sp.Matrix([1, 0])), (lambda_2**2, sp.Matrix([0, 1]))]
