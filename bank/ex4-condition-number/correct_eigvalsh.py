hessian = torch.diag(torch.tensor([1.0, 30.0], dtype=torch.float64))
stiff_max_learning_rate = 2 / torch.linalg.eigvalsh(hessian).max().item()
hist_stiff = do_gradient_descent(x=start, func_obj=stiff_function, max_steps=10, lr=stiff_max_learning_rate)
