# expect: eigenvalues are missing
gradient_alpha = [alpha_1, alpha_2]
