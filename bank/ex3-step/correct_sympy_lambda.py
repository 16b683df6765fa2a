a, eta, lam = sp.symbols("a eta lam")
alpha_next = sp.Lambda((a, eta, lam), a - eta * sp.diff(lam * a**2 / 2, a))
