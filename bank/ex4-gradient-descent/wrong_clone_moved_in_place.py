# expect: after the start are the same tensor
def do_gradient_descent(x, func_obj, max_steps, lr):
    point, path = x.clone(), [x]
    for _ in range(max_steps):
        point -= lr * func_obj.grad(point)
        path.append(point)
    return torch.cat(path)
