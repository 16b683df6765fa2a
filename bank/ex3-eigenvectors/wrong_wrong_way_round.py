# expect: wrong way round
eigenpairs = [(sp.Matrix([1, 0]), lambda_1), (sp.Matrix([0, 1]), lambda_2)]
