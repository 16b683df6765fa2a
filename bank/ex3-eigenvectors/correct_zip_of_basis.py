eigenpairs = list(zip([lambda_1, lambda_2], (sp.eye(2).col(i) for i in range(2))))
