gradient_alpha = alpha_1 * lambda_1, alpha_2 * lambda_2
