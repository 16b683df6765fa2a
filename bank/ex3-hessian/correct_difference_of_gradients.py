h = sp.Symbol("h", positive=True)
slope_1, slope_2 = lambda_1 * x_1, lambda_2 * x_2
H = sp.diag((slope_1.subs(x_1, x_1 + h) - slope_1) / h, (slope_2.subs(x_2, x_2 + h) - slope_2) / h)
