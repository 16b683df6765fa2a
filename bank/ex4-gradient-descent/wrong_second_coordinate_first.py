# expect: one coordinate after the other
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        x[:, 1] -= lr * func_obj.grad(x)[:, 1]
        x[:, 0] -= lr * func_obj.grad(x)[:, 0]
        points.append(x.clone())
    return torch.cat(points)
