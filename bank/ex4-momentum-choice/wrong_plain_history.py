# expect: plain|without momentum
momentum = 0.6
hist_momentum = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
