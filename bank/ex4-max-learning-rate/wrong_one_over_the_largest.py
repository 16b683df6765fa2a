# expect: 1/λmax
max_learning_rate = 1 / 10
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
