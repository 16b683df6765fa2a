# expect: always that of the start
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    v = torch.zeros_like(x)
    p = x
    h = [p]
    for _ in range(max_steps):
        v = momentum * v - lr * func_obj.grad(x)
        p = p + v
        h.append(p)
    return torch.cat(h)
