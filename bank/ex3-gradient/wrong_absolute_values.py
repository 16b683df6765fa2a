# expect: sign|negative
gradient_alpha = [lambda_1 * sp.Abs(alpha_1), lambda_2 * sp.Abs(alpha_2)]
