# expect: just below
max_learning_rate = 0.99 * 2 / 10
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
