# expect: 2/\(λ1 \+ λ2\)
max_learning_rate = 2 / (1 + 10)
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
