# expect: vector, not a matrix
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
H = sp.Matrix([E.diff(x_1), E.diff(x_2)])
