# expect: swapped
H = sp.diag(lambda_2, lambda_1)
