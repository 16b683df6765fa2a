# expect: 4/λmax|factor 2
max_learning_rate = 4 / 10
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
