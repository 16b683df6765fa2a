# expect: text in place
H = "[[lambda_1, 0], [0, lambda_2]]"
