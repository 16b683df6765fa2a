h = torch.autograd.functional.hessian(lambda p: stiff_function(p[None]).squeeze(), torch.tensor([1.0, 1.0]))
stiff_max_learning_rate = 2 / h.diagonal().amax()
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
