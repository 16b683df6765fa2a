# expect: (number of components|components)
eigenpairs = H.eigenvals()
