u_1, u_2 = sp.Matrix([1, 0]), sp.Matrix([0, 1])
gradient_alpha = alpha_1 * lambda_1 * u_1 + alpha_2 * lambda_2 * u_2
