lambdas = sp.Matrix([lambda_1, lambda_2])
H = sp.eye(2).multiply_elementwise(lambdas * sp.ones(1, 2))
