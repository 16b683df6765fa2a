# expect: 1/λmin
max_learning_rate = 1.0
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
