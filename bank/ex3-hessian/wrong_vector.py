# expect: vector, not a matrix
H = sp.Matrix([lambda_1, lambda_2])
