# expect: depends on the point
H = sp.diag(lambda_1 * x_1, lambda_2 * x_2)
