E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
h = sp.Symbol("h", positive=True)
a = (E.subs(x_1, x_1 + h) - 2 * E + E.subs(x_1, x_1 - h)) / h**2
b = (E.subs(x_2, x_2 + h) - 2 * E + E.subs(x_2, x_2 - h)) / h**2
H = sp.diag(a, b)
