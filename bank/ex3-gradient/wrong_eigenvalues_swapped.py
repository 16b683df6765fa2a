# expect: swapped
gradient_alpha = [lambda_2 * alpha_1, lambda_1 * alpha_2]
