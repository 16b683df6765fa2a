# expect: swapped
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 10, momentum, stiff_max_learning_rate)
