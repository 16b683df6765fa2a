# expect: another surface
max_learning_rate = 2 / 30
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
