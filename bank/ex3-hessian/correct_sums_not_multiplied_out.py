H = sp.Matrix([[((x_1 + 1) ** 2 - x_1**2 - 2 * x_1) * lambda_1, 0], [0, lambda_2]])
