gradient_alpha = [
    sp.diff(e := value * a**2 / 2, a) for value, a in ((lambda_1, alpha_1), (lambda_2, alpha_2))
]
