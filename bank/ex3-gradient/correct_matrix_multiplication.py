H, a = sp.diag(lambda_1, lambda_2), sp.Matrix([alpha_1, alpha_2])
gradient_alpha = (H @ a).T.tolist()[0]
