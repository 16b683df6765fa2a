# expect: one coordinate after the other
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        for mask in torch.eye(2):
            x = x - lr * func_obj.grad(x) * mask
        points.append(x.clone())
    return torch.cat(points)
