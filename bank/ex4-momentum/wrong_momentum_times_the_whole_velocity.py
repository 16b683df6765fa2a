# expect: (?i)by β|gradient too
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path = [x]
    v = torch.zeros_like(x)
    for _ in range(max_steps):
        v = momentum * (v - lr * func_obj.grad(x))
        x = x + v
        path.append(x)
    return torch.cat(path)
