from fractions import Fraction

hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate := float(Fraction(2, 10)))
