# expect: 1/λmax
stiff_max_learning_rate = 1 / 30
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
