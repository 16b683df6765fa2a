# expect: velocity|reset|restart|\d
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path, v = [x], torch.zeros_like(x)
    for _ in range(max_steps):
        g = func_obj.grad(x)
        if (g * v).sum() > 0:
            v = torch.zeros_like(v)
        v = momentum * v - lr * g
        x = x + v
        path.append(x)
    return torch.cat(path)
