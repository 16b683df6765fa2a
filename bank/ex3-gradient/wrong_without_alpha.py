# expect: alpha are missing
gradient_alpha = sp.Matrix([lambda_1, lambda_2])
