a, eta, lam = sp.symbols("a eta lam")
alpha_next = sp.lambdify([a, eta, lam], (1 - eta * lam) * a)
