# expect: length|norm|scale
g = sp.Matrix([lambda_1 * alpha_1, lambda_2 * alpha_2])
gradient_alpha = list(g / g.norm())
