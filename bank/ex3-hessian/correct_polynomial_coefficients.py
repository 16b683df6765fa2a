E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
p = sp.Poly(E, x_1, x_2)
H = 2 * sp.Matrix([[p.coeff_monomial(x_1**2), p.coeff_monomial(x_1 * x_2) / 2], [p.coeff_monomial(x_1 * x_2) / 2, p.coeff_monomial(x_2**2)]])
