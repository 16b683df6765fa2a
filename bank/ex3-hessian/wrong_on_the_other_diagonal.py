# expect: off the diagonal
H = sp.Matrix([[0, lambda_1], [lambda_2, 0]])
