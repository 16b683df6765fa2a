far = torch.tensor([[0.0, 1.0]])
max_learning_rate = 0.0
for k in range(1, 300_000):
    lr = k / 300_000
    if abs(1 - lr * float(quad_function.grad(far)[0, 1])) >= 1:
        max_learning_rate = lr
        break
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
