# expect: 2.?[x×].?2|shape|matrix
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
H = sp.Matrix([E]).jacobian([x_1, x_2])
