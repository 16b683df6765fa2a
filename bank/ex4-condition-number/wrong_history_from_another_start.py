# expect: start
stiff_max_learning_rate = 2 / 30
hist_stiff = do_gradient_descent(torch.tensor([[1.0, 1.0]]), stiff_function, 10, stiff_max_learning_rate)
