# expect: not an eigenvector
eigenpairs = [(lambda_1, sp.Matrix([1, 0])), (lambda_2, sp.Matrix([1, 1]))]
