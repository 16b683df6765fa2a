# expect: another learning rate
stiff_max_learning_rate = 0.06666666666666667
hist_stiff = do_gradient_descent(start, stiff_function, 10, 0.999 * stiff_max_learning_rate)
