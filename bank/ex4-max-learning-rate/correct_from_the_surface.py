max_learning_rate = 2 / max(quad_function.lambda_1, quad_function.lambda_2)
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
