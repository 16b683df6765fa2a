# expect: eigenvector|stretch
eigenpairs = [(lambda_1, sp.Matrix([1, 1])), (lambda_2, sp.Matrix([1, -1]))]
