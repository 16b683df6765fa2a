# expect: start
stiff_max_learning_rate = 2 / 30
start -= stiff_max_learning_rate * stiff_function.grad(start)  # one step by hand, in place
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
