# expect: Nesterov
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path = [x.clone()]
    velocity = torch.zeros_like(x)
    for _ in range(max_steps):
        ahead = x + momentum * velocity
        velocity = momentum * velocity - lr * func_obj.grad(ahead)
        x = x + velocity
        path.append(x)
    return torch.cat(path)
