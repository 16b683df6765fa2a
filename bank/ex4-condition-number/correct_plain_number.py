stiff_max_learning_rate = 0.0666667
hist_stiff = do_gradient_descent(torch.tensor([[4.0, 4.0]]), stiff_function, 10, stiff_max_learning_rate)
