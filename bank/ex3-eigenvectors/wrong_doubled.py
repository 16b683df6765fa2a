# expect: doubled
eigenpairs = [(2 * lambda_1, sp.Matrix([1, 0])), (2 * lambda_2, sp.Matrix([0, 1]))]
