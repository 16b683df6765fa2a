# expect: λmax/2
max_learning_rate = 10 / 2
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
