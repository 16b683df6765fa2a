eigenvalues = torch.tensor([1.0, 10.0])
max_learning_rate = 2 / eigenvalues.max()
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
