E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
gradient = sp.derive_by_array(E, (x_1, x_2))
H = sp.derive_by_array(gradient, (x_1, x_2))
