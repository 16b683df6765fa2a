a, b, c = sp.symbols("a b c")
x = sp.Matrix([x_1, x_2])
unknown = sp.Matrix([[a, b], [b, c]])
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
difference = sp.Poly(sp.expand((x.T * unknown * x)[0] / 2 - E), x_1, x_2)
H = unknown.subs(sp.solve(difference.coeffs(), [a, b, c]))
