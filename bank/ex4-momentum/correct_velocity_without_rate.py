def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    velocity = 0
    path = [x]
    for _ in range(max_steps):
        velocity = momentum * velocity + func_obj.grad(x)
        x = x - lr * velocity
        path.append(x)
    return torch.cat(path)
