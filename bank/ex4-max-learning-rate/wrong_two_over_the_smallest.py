# expect: 2/λmin
max_learning_rate = 2 / min(1, 10)
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
