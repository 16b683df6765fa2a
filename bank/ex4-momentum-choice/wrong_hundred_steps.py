# expect: steps too many
momentum = 0.6
hist_momentum = do_momentum_gd(start, stiff_function, 100, stiff_max_learning_rate, momentum)
