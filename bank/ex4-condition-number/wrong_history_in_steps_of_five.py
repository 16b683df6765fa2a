# expect: \d|rows|shape|points
stiff_max_learning_rate = 2 / 30
first = do_gradient_descent(start, stiff_function, 5, stiff_max_learning_rate)
second = do_gradient_descent(first[-1:], stiff_function, 5, stiff_max_learning_rate)
hist_stiff = torch.cat([first, second])
