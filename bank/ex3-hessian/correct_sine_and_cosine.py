t = sp.Symbol("t", real=True)
one = sp.sin(t) ** 2 + sp.cos(t) ** 2
H = one * sp.diag(lambda_1, lambda_2)
