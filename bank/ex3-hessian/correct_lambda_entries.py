H = sp.Matrix(2, 2, lambda i, j: [lambda_1, lambda_2][i] if i == j else 0)
