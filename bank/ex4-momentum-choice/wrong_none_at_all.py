# expect: between 0 and 1|0 is plain
momentum = 0.0
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
