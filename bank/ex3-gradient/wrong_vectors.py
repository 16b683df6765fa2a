# expect: vectors in place of components
gradient_alpha = [lambda_1 * alpha_1 * sp.Matrix([1, 0]), lambda_2 * alpha_2 * sp.Matrix([0, 1])]
