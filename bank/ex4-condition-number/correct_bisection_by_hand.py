steepest = max(float(stiff_function.grad(e[None]).norm()) for e in torch.eye(2))
stiff_max_learning_rate = 2.0 / steepest
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
