# expect: just below
stiff_max_learning_rate = 0.06600
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
