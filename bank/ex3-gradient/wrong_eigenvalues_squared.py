# expect: eigenvalues are squared
gradient_alpha = [lambda_1**2 * alpha_1, lambda_2**2 * alpha_2]
