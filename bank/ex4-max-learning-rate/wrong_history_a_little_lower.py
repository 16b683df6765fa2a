# expect: another learning rate
max_learning_rate = 0.2
hist_max = do_gradient_descent(start, quad_function, 10, 0.999 * max_learning_rate)
