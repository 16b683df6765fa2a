# expect: iterator
eigenpairs = zip([lambda_1, lambda_2], [sp.Matrix([1, 0]), sp.Matrix([0, 1])])
