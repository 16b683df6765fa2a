# expect: number|list
momentum = [0.5, 0.6, 0.7]
hist_momentum = [do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, m) for m in momentum]
