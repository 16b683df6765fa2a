# expect: wrong path|first step|later
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        g = func_obj.grad(x)
        g = torch.clamp(g, -1000, 1000)
        x = x - lr * g
        points.append(x.clone())
    return torch.cat(points)
