far = torch.tensor([[0.0, 1.0]])
stiff_max_learning_rate = 0.0
for k in range(1, 300_000):
    lr = k / 300_000
    if abs(1 - lr * float(stiff_function.grad(far)[0, 1])) >= 1:
        stiff_max_learning_rate = lr
        break
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
