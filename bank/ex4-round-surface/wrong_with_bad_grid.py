# expect: learning rate|best|one step
plain = min(do_momentum_gd(start, round_function, 10, lr, 0.0)[-1].norm().item() for lr in (0.001, 0.005, 0.01))
heavy = min(do_momentum_gd(start, round_function, 10, lr, 0.5)[-1].norm().item() for lr in (0.001, 0.005, 0.01))
momentum_helps_on_round_surface = heavy < plain
