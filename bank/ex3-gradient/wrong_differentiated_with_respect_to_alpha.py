# expect: both components are 0
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
gradient_alpha = [sp.diff(E, alpha_1), sp.diff(E, alpha_2)]
