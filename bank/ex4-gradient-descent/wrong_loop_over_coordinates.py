# expect: one coordinate after the other
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        for i in range(x.shape[1]):
            x[:, i] = x[:, i] - lr * func_obj.grad(x)[:, i]
        points.append(x.clone())
    return torch.cat(points)
