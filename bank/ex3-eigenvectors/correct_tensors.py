identity = torch.eye(2)
eigenpairs = [(lambda_1, identity[0]), (lambda_2, identity[1])]
