# expect: wrong path|first step|later|one coordinate
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    x = x.clone()
    velocity = torch.zeros_like(x)
    points = [x.clone()]
    for _ in range(max_steps):
        for i in range(2):
            velocity[:, i] = momentum * velocity[:, i] - lr * func_obj.grad(x)[:, i]
            x[:, i] += velocity[:, i]
        points.append(x.clone())
    return torch.cat(points)
