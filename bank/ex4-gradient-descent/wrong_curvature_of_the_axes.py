# expect: wrong path|first step|later
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        # the curvature along each axis
        curvature = torch.cat([func_obj.grad(e[None])[:, [i]] for i, e in enumerate(torch.eye(2))], dim=1)
        x = x - lr * curvature * x
        points.append(x.clone())
    return torch.cat(points)
