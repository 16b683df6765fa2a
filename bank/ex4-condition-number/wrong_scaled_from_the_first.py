# expect: \d
stiff_max_learning_rate = max_learning_rate / 30
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
