def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path = [x.clone(), x.clone()]  # before and at the start: at rest
    for _ in range(max_steps):
        now, before = path[-1], path[-2]
        path.append(now - lr * func_obj.grad(now) + momentum * (now - before))
    return torch.cat(path[1:])
