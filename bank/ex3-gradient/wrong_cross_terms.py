# expect: first|lambda|direction|depend|other
gradient_alpha = [lambda_1 * alpha_1 + alpha_2, lambda_2 * alpha_2 + alpha_1]
