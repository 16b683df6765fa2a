# expect: velocity|step|\d
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path, v = [x], torch.zeros_like(x)
    for t in range(max_steps):
        v = (momentum if t % 2 else 0) * v - lr * func_obj.grad(x)
        x = x + v
        path.append(x)
    return torch.cat(path)
