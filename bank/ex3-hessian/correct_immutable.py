H = sp.ImmutableMatrix(2, 2, [lambda_1, 0, 0, lambda_2])
