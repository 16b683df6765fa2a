# expect: another surface
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(start, stiff_function, 10, max_learning_rate)
