def do_gradient_descent(x, func_obj, max_steps, lr):
    path = torch.zeros(max_steps + 1, 2)
    path[0] = x
    for step in range(max_steps):
        path[step + 1] = path[step] - lr * func_obj.grad(path[step : step + 1]).squeeze(0)
    return path
