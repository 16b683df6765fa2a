# expect: depends on the point|no place
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
h = sp.Symbol("h", positive=True)
H = sp.diag((E.subs(x_1, x_1 + h) - E) / h, (E.subs(x_2, x_2 + h) - E) / h)
