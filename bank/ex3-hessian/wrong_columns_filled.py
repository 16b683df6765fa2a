# expect: off the diagonal
H = sp.Matrix([[lambda_1, lambda_2], [lambda_1, lambda_2]])
