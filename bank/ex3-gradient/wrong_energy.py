# expect: E along each direction
gradient_alpha = [lambda_1 * alpha_1**2 / 2, lambda_2 * alpha_2**2 / 2]
