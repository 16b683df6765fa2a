E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
along_1, along_2 = E.subs(x_2, 0), E.subs(x_1, 0)
H = sp.Matrix([[2 * along_1 / x_1**2, 0], [0, 2 * along_2 / x_2**2]])
