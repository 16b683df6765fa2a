E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
gradient = sp.Matrix([E]).jacobian([x_1, x_2])
gradient_alpha = gradient.subs({x_1: alpha_1, x_2: alpha_2})
