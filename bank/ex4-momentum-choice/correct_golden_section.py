def end(b):
    return float(do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, b)[-1].norm())


a, b = 0.3, 0.9
for _ in range(30):
    c, d = b - 0.618 * (b - a), a + 0.618 * (b - a)
    a, b = (a, d) if end(c) < end(d) else (c, b)
momentum = (a + b) / 2
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
