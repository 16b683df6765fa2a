# expect: lambda|x_|symbols
E = (lambda_1 * x_1**2 + lambda_2 * x_2**2) / 2
H = sp.hessian(E, (lambda_1, lambda_2))
