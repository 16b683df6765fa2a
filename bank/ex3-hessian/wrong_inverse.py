# expect: inverse
H = sp.diag(lambda_1, lambda_2).inv()
