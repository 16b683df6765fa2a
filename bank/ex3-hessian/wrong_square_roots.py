# expect: [Ss]quare root
H = sp.diag(sp.sqrt(lambda_1), sp.sqrt(lambda_2))
