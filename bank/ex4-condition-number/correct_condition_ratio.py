# the same number on this surface: its smallest eigenvalue is 1
smallest, largest = 1, 30
stiff_max_learning_rate = 2 * smallest / largest
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
