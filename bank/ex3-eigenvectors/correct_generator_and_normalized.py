H = sp.diag(lambda_1, lambda_2)
eigenpairs = [(value, vector.normalized()) for value, _, vectors in H.eigenvects() for vector in vectors]
