P, D = H.diagonalize()
eigenpairs = [(D[i, i], P[:, i]) for i in range(2)]
