# expect: still open
hessian = sp.diag(lambda_1, lambda_2)
