H = sp.Matrix([[1.0 * lambda_1, 0.0], [0.0, 1.0 * lambda_2]])
