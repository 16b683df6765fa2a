plain = min(do_gradient_descent(start, round_function, 10, lr / 100)[-1].norm().item() for lr in range(1, 21))
ends = {
    b: min(do_momentum_gd(start, round_function, 10, lr / 100, b)[-1].norm().item() for lr in range(1, 40))
    for b in (0.2, 0.4, 0.6, 0.8)
}
momentum_helps_on_round_surface = any(end < plain for end in ends.values())
