# expect: 9|10|ten
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 9, stiff_max_learning_rate, momentum)
