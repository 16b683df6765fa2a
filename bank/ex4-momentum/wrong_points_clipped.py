# expect: wrong path|first step|later
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    x = x.clone()
    velocity = torch.zeros_like(x)
    points = [x.clone()]
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(x)
        x = (x + velocity).clamp(-50, 50)
        points.append(x.clone())
    return torch.cat(points)
