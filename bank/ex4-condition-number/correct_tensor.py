eigenvalues = torch.tensor([1.0, 30.0])
stiff_max_learning_rate = 2 / eigenvalues.max()
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
