# expect: 9|10|ten|steps
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(start, quad_function, 9, max_learning_rate)
