# expect: (?i)another learning rate
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 10, 0.05, momentum)
