# expect: symmetric|E
H = sp.Matrix([[lambda_1, 1], [-1, lambda_2]])
