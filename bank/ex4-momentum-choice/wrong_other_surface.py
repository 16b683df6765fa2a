# expect: another surface
momentum = 0.6
hist_momentum = do_momentum_gd(start, quad_function, 10, stiff_max_learning_rate, momentum)
