E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
H = sp.diag(sp.diff(E, x_1) / x_1, sp.diff(E, x_2) / x_2)
