steepest = max(float(quad_function.grad(e[None]).norm()) for e in torch.eye(2))
max_learning_rate = 2.0 / steepest
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
