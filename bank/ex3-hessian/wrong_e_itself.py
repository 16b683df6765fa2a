# expect: wrong type
H = lambda_1 * x_1**2 / 2 + lambda_2 * x_2**2 / 2
