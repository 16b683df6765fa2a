# expect: with respect to the eigenvalues
E = (lambda_1 * alpha_1**2 + lambda_2 * alpha_2**2) / 2
gradient_alpha = [sp.diff(E, lambda_1), sp.diff(E, lambda_2)]
