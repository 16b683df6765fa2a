# expect: before it has a value
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path = [x]
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(x)
        x = x + velocity
        path.append(x)
    return torch.cat(path)
