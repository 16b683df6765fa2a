# expect: factor of 2
gradient_alpha = [2 * lambda_1 * alpha_1, 2 * lambda_2 * alpha_2]
