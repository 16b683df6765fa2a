# expect: not two pairs
eigenpairs = [(lambda_1, sp.Matrix([1, 0]))]
