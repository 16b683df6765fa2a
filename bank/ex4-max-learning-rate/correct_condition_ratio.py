# the same number on this surface: its smallest eigenvalue is 1
smallest, largest = 1, 10
max_learning_rate = 2 * smallest / largest
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
