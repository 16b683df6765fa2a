# expect: function or class
H = lambda: sp.diag(lambda_1, lambda_2)
