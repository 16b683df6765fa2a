lambda_1, lambda_2 = sp.symbols("lambda_1 lambda_2")
H = sp.eye(2)
H[0, 0] = lambda_1
H[1, 1] = lambda_2
