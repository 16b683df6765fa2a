def diverges(lr: float) -> bool:
    return not do_gradient_descent(start, quad_function, 2000, lr)[-1].norm() <= start.norm()


low, high = 0.0, 1.0
while high - low > 1e-7:
    low, high = ((low + high) / 2, high) if not diverges((low + high) / 2) else (low, (low + high) / 2)
max_learning_rate = (low + high) / 2
hist_max = do_gradient_descent(start, quad_function, 10, max_learning_rate)
