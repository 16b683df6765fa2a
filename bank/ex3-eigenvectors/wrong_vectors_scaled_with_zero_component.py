# expect: two|one|pairs
eigenpairs = [(lambda_1, [sp.Matrix([1, 0]), sp.Matrix([0, 1])])]
