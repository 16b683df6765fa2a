# expect: begin at 0
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    v = torch.ones_like(x)
    h = [x]
    for _ in range(max_steps):
        v = momentum * v - lr * func_obj.grad(x)
        x = x + v
        h.append(x)
    return torch.cat(h)
