import sympy

stiff_max_learning_rate = sympy.Rational(2, 30)
hist_stiff = do_gradient_descent(start.clone(), stiff_function, max_steps=10, lr=float(stiff_max_learning_rate))
