# expect: not two components
gradient_alpha = [lambda_1 * alpha_1]
