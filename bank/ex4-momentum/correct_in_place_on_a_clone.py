def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    point = x.clone()
    velocity = torch.zeros(point.shape, dtype=point.dtype)
    path = [x.clone()]
    for _ in range(max_steps):
        velocity.mul_(momentum).sub_(lr * func_obj.grad(point))
        point += velocity
        path.append(point.clone())
    return torch.cat(path)
