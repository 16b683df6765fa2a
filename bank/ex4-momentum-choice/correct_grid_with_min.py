candidates = [i / 100 for i in range(1, 98)]
momentum = min(
    candidates,
    key=lambda b: do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, b)[-1].norm().item(),
)
hist_momentum = do_momentum_gd(start, stiff_function, 10, stiff_max_learning_rate, momentum)
