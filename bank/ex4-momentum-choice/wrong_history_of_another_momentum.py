# expect: another momentum
momentum = 0.5
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, 0.9)
