# expect: text in place
eigenpairs = "lambda_1: (1, 0), lambda_2: (0, 1)"
