gradient_alpha = [
    sp.Rational(1, 2) * 2 * lambda_1 * alpha_1,
    0.5 * lambda_2 * 2 * alpha_2,
]
