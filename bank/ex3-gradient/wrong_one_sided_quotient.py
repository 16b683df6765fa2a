# expect: no place
h = sp.Symbol("h", positive=True)
e = lambda_1 * alpha_1**2 / 2
gradient_alpha = [(e.subs(alpha_1, alpha_1 + h) - e) / h, lambda_2 * alpha_2]
