# expect: start
max_learning_rate = 2 / 10
hist_max = do_gradient_descent(torch.tensor([[1.0, 1.0]]), quad_function, 10, max_learning_rate)
