# expect: True or False
momentum_helps_on_round_surface = float(do_gradient_descent(start, quad_function, 10, 0.1)[-1].norm())
