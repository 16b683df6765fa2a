# expect: not a function
eta = sp.Symbol("eta")
alpha_next = (1 - eta * lambda_1) * alpha_1
