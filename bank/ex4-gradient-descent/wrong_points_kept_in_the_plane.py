# expect: wrong path|first step|later
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        x = (x - lr * func_obj.grad(x)).clamp(-100, 100)
        points.append(x.clone())
    return torch.cat(points)
