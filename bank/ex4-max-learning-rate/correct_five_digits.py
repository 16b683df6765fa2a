max_learning_rate = 0.199995  # by trying
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
