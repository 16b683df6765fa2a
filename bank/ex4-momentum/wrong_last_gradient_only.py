# expect: last gradient
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    last = torch.zeros_like(x)
    h = [x]
    for _ in range(max_steps):
        g = func_obj.grad(x)
        x = x - lr * (g + momentum * last)
        last = g
        h.append(x)
    return torch.cat(h)
