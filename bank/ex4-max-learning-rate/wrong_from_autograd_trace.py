# expect: \d
hessian = torch.autograd.functional.hessian(lambda p: quad_function(p.view(1, 2)).sum(), torch.zeros(2))
max_learning_rate = (2 / hessian.trace()).item()
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
