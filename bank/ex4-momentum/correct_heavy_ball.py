def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    previous = x
    path = [x]
    for _ in range(max_steps):
        new = x - lr * func_obj.grad(x) + momentum * (x - previous)
        previous, x = x, new
        path.append(x)
    return torch.cat(path)
