# expect: start
max_learning_rate = 2 / 10
start -= max_learning_rate * quad_function.grad(start)  # one step by hand, in place
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
