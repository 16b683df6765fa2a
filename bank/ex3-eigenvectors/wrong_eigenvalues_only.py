# expect: not a pair
eigenpairs = list(H.eigenvals())
