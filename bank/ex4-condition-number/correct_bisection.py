def converges(lr):
    point = torch.tensor([[0.001, 1.0]], dtype=torch.float64)
    moved = do_gradient_descent(point, stiff_function, 3000, lr)
    return bool(moved[-1].norm() < moved[0].norm())


low, high = 0.0, 1.0
for _ in range(30):
    middle = (low + high) / 2
    low, high = (middle, high) if converges(middle) else (low, middle)
stiff_max_learning_rate = high
hist_stiff = do_gradient_descent(start, stiff_function, 10, stiff_max_learning_rate)
