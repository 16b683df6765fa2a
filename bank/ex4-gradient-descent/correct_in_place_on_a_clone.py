def do_gradient_descent(x, func_obj, max_steps, lr):
    point = x.clone()
    path = [point.clone()]
    for _ in range(max_steps):
        point -= lr * func_obj.grad(point)
        path.append(point.clone())
    return torch.cat(path)
