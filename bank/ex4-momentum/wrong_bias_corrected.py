# expect: velocity|correct|Adam|\d
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path, v = [x], torch.zeros_like(x)
    for t in range(1, max_steps + 1):
        v = momentum * v - lr * func_obj.grad(x)
        x = x + v / (1 - 0.01 * momentum**t)
        path.append(x)
    return torch.cat(path)
