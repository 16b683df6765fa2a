# expect: twice
H = sp.Matrix([[2 * lambda_1, 0], [0, 2 * lambda_2]])
