rotation = sp.Matrix([[0, 1], [1, 0]])
H = sp.MatMul(rotation, sp.diag(lambda_2, lambda_1), rotation)
