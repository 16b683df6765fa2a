# expect: ½ xᵀHx is not E
H = lambda_1 * sp.eye(2)
