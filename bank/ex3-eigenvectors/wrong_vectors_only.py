# expect: not a pair|wrong type
eigenpairs = [sp.Matrix([1, 0]), sp.Matrix([0, 1])]
