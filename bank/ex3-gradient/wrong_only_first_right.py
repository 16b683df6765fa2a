# expect: second component
gradient_alpha = [lambda_1 * alpha_1, lambda_1 * alpha_2]
