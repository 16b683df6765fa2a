eigenpairs = ((lambda_2, (0, -3)), (lambda_1, (sp.Rational(1, 2), 0)))
