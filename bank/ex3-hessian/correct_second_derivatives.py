E = sp.Rational(1, 2) * (lambda_1 * x_1**2 + lambda_2 * x_2**2)
x = [x_1, x_2]
H = sp.Matrix(2, 2, lambda i, j: sp.diff(E, x[i], x[j]))
