def do_gradient_descent(x, func_obj, max_steps, lr):
    history = torch.empty(max_steps + 1, 2)
    point = x.detach().clone()
    history[0] = point
    for step in range(1, max_steps + 1):
        point.requires_grad_(True)
        (slope,) = torch.autograd.grad(func_obj(point).sum(), point)
        point = (point - lr * slope).detach()
        history[step] = point
    return history
