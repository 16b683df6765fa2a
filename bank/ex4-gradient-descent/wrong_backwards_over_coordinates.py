# expect: one coordinate after the other
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        for i in (1, 0):
            slope = func_obj.grad(x)
            x = x.clone()
            x[:, i] -= lr * slope[:, i]
        points.append(x.clone())
    return torch.cat(points)
