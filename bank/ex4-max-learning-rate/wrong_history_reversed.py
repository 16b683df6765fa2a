# expect: start|first|order
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate).flip(0)
