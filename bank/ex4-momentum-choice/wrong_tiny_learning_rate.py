# expect: (?i)learning rate
momentum = 0.5
hist_momentum = do_momentum_gd(start, stiff_function, 10, 0.0001, momentum)
