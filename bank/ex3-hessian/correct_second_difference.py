E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
h = sp.Symbol("h", positive=True)


def second(u, v):
    moved = lambda a, b: E.subs({x_1: x_1 + a * int(u == x_1) + b * int(v == x_1), x_2: x_2 + a * int(u == x_2) + b * int(v == x_2)}, simultaneous=True)
    return (moved(h, h) - moved(h, 0) - moved(0, h) + E) / h**2


H = sp.Matrix(2, 2, lambda i, j: second((x_1, x_2)[i], (x_1, x_2)[j]))
