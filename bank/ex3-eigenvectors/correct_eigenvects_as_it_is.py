eigenpairs = H.eigenvects()
