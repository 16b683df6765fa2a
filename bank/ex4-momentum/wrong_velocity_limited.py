# expect: wrong path|first step|later
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    x = x.clone()
    velocity = torch.zeros_like(x)
    points = [x.clone()]
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(x)
        velocity = velocity * min(1.0, 20 / (float(velocity.norm()) + 1e-9))
        x = x + velocity
        points.append(x.clone())
    return torch.cat(points)
