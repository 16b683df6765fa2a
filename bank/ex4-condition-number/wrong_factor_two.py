# expect: 4/λmax|factor 2
stiff_max_learning_rate = 4 / 30
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
