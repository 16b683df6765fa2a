# along axis-aligned unit vectors the distances are the coordinates
gradient_alpha = [lambda_1 * x_1, lambda_2 * x_2]
