round_surface = type(quad_function)(5, 5)
plain = do_gradient_descent(start, round_surface, 10, 1 / 5)[-1].norm()
others = [
    do_momentum_gd(start, round_surface, 10, lr / 100, beta / 10)[-1].norm()
    for lr in range(1, 60)
    for beta in range(1, 10)
]
momentum_helps_on_round_surface = bool(min(others) < plain)
