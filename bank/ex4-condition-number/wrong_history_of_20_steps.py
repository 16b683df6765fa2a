# expect: rows|steps too many
stiff_max_learning_rate = 2 / 30
hist_stiff = do_gradient_descent(start, stiff_function, 20, stiff_max_learning_rate)
