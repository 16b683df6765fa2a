gradient_alpha = sp.diag(lambda_1, lambda_2) * sp.Matrix([alpha_1, alpha_2])
