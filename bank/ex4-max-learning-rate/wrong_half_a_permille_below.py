# expect: just below
max_learning_rate = 0.199900
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
