h = sp.Symbol("h")
E = lambda a, b: (lambda_1 * a**2 + lambda_2 * b**2) / 2
gradient_alpha = (
    sp.limit((E(alpha_1 + h, alpha_2) - E(alpha_1, alpha_2)) / h, h, 0),
    sp.limit((E(alpha_1, alpha_2 + h) - E(alpha_1, alpha_2)) / h, h, 0),
)
