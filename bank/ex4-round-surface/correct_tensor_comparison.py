one_step = do_gradient_descent(start, type(quad_function)(2, 2), 1, 0.5)
momentum_helps_on_round_surface = one_step[-1].norm() > 0
