# expect: without eigenvectors
eigenpairs = H.eigenvals()
