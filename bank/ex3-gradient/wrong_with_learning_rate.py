# expect: the symbol eta
eta = sp.Symbol("eta", positive=True)
gradient_alpha = [eta * lambda_1 * alpha_1, eta * lambda_2 * alpha_2]
