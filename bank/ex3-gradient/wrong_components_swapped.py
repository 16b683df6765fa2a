# expect: components are swapped
gradient_alpha = [lambda_2 * alpha_2, lambda_1 * alpha_1]
