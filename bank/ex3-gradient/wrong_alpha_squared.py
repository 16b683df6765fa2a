# expect: alpha is squared
gradient_alpha = [lambda_1 * alpha_1**2, lambda_2 * alpha_2**2]
