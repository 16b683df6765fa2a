# expect: not a run
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
hist_momentum[-1] = 0.0
