E = sum(value * a**2 for value, a in [(lambda_1, alpha_1), (lambda_2, alpha_2)]) / 2
gradient_alpha = [sp.diff(E, alpha_1), sp.diff(E, alpha_2)]
