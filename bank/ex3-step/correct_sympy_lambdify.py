_a, _lr, _v = sp.symbols("a lr v")
alpha_next = sp.lambdify([_a, _lr, _v], _a - _lr * _v * _a)
