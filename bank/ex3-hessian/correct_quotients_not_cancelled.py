H = sp.Matrix([[lambda_1 * x_1**2 / x_1**2, 0], [0, sp.Mul(lambda_2, x_2, 1 / x_2, evaluate=False)]])
