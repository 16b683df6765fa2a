eigenpairs = [(value, vectors[0]) for value, _, vectors in H.eigenvects()]
