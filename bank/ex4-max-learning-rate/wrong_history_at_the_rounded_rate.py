# expect: another learning rate
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(start, quad_function, 10, 0.201)
