momentum = 0.01
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
