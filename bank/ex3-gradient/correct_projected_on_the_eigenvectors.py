x = sum((a * u for a, (_, u) in zip((alpha_1, alpha_2), eigenpairs)), sp.zeros(2, 1))
gradient = H * x
gradient_alpha = [gradient.dot(u) / u.dot(u) for _, u in eigenpairs]
