# expect: apart|not a pair|wrong type
eigenpairs = H.diagonalize()
