# expect: wrong path|first step|later
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        g = func_obj.grad(x)
        g = torch.clamp(lr * g, -5, 5) / lr
        x = x - lr * g
        points.append(x.clone())
    return torch.cat(points)
