# expect: wrong path|first step|later
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        i = len(points) % 2
        step = torch.zeros_like(x)
        step[:, i] = lr * func_obj.grad(x)[:, i]
        x = x - step
        points.append(x.clone())
    return torch.cat(points)
