E = (lambda_1 * alpha_1**2 + lambda_2 * alpha_2**2) / 2
gradient_alpha = sp.derive_by_array(E, [alpha_1, alpha_2])
