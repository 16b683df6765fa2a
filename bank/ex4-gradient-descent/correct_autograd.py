def do_gradient_descent(x, func_obj, max_steps, lr):
    point = x.detach().clone().requires_grad_(True)
    path = [x.clone()]
    for _ in range(max_steps):
        error = func_obj(point).sum()
        (gradient,) = torch.autograd.grad(error, point)
        with torch.no_grad():
            point -= lr * gradient
        path.append(point.detach().clone())
    return torch.vstack(path)
