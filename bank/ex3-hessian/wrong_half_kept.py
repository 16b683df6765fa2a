# expect: (½|half)
H = sp.diag(lambda_1 / 2, lambda_2 / 2)
