import sympy

max_learning_rate = sympy.Rational(2, 10)
hist_max = do_gradient_descent(start.clone(), quad_function, max_steps=10, lr=float(max_learning_rate))
