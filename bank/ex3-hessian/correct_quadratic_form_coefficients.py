E = sp.Rational(1, 2) * (lambda_1 * x_1**2 + lambda_2 * x_2**2)
x = (x_1, x_2)
H = sp.Matrix([[sp.diff(E, a, b) for b in x] for a in x])
