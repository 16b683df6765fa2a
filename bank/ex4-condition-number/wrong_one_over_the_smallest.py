# expect: 1/λmin
stiff_max_learning_rate = 1.0
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
