h = sp.Symbol("h", positive=True)


def along(a, v):
    e = v * a**2 / 2
    return (e.subs(a, a + h) - e.subs(a, a - h)) / (2 * h)


gradient_alpha = [along(alpha_1, lambda_1), along(alpha_2, lambda_2)]
