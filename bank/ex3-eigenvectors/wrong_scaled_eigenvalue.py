# expect: eigenvalue
eigenpairs = [(2 * lambda_1, sp.Matrix([2, 0])), (2 * lambda_2, sp.Matrix([0, 2]))]
