# x_1 and x_2 are free, as long as they are not zero
eigenpairs = [(lambda_1, sp.Matrix([x_1, 0])), (lambda_2, sp.Matrix([0, x_2]))]
