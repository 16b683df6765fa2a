# expect: NaN|finite
max_learning_rate = float("nan")
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
