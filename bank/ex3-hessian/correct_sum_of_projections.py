u_1, u_2 = sp.Matrix([1, 0]), sp.Matrix([0, 1])
H = lambda_1 * u_1 * u_1.T + lambda_2 * u_2 * u_2.T
