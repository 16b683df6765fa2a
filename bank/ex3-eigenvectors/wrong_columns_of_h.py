# expect: does not belong|not an eigenvector
eigenpairs = [(1, H[:, 0]), (1, H[:, 1])]
