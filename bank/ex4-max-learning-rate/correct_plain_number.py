max_learning_rate = 0.2
hist_max = do_gradient_descent(torch.tensor([[4.0, 4.0]]), quad_function, 10, max_learning_rate)
