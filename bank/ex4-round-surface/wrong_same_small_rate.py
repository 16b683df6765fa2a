# expect: best
round_surface = type(quad_function)(10, 10)
plain = do_gradient_descent(start, round_surface, 10, 0.01)[-1].norm()
pushed = do_momentum_gd(start, round_surface, 10, 0.01, 0.5)[-1].norm()
momentum_helps_on_round_surface = bool(pushed < plain)
