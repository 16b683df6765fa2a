# expect: between 0 and 1
momentum = 50
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
