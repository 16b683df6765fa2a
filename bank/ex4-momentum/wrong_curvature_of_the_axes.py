# expect: wrong path|first step|later
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    x = x.clone()
    velocity = torch.zeros_like(x)
    points = [x.clone()]
    for _ in range(max_steps):
        slopes = func_obj.grad(torch.eye(2)).diagonal() * x
        velocity = momentum * velocity - lr * slopes
        x = x + velocity
        points.append(x.clone())
    return torch.cat(points)
