# expect: (?i)backward. starts from
def do_gradient_descent(x, func_obj, max_steps, lr):
    points = [x.clone()]
    for _ in range(max_steps):
        grad = func_obj(x).backward()
        x = x - lr * grad
        points.append(x.clone())
    return torch.cat(points)
