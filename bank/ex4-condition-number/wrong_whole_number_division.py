# expect: off the\s+decimals
stiff_max_learning_rate = 2 // 30
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
