# expect: no place
c = sp.Symbol("c")
H = sp.diag(c * lambda_1, lambda_2)
