stiff_max_learning_rate = 2 / max(stiff_function.lambda_1, stiff_function.lambda_2)
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
