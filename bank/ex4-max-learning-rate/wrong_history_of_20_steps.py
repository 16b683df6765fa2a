# expect: rows|steps too many
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(start, quad_function, 20, max_learning_rate)
