u1, u2 = sp.Matrix([1, 0]), sp.Matrix([0, 1])
x = alpha_1 * u1 + alpha_2 * u2
gradient_alpha = [u1.T * H * x, u2.T * H * x]
