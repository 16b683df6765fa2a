# expect: old velocity too
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    v = torch.zeros_like(x)
    h = [x]
    for _ in range(max_steps):
        v = lr * (momentum * v - func_obj.grad(x))
        x = x + v
        h.append(x)
    return torch.cat(h)
