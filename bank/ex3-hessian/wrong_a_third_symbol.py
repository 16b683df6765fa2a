# expect: the symbol eta
H = sp.diag(1 - sp.Symbol("eta") * lambda_1, 1 - sp.Symbol("eta") * lambda_2)
