# expect: normalised|length
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.clone()]
    for _ in range(max_steps):
        g = func_obj.grad(x)
        x = x - lr * g / g.norm()
        path.append(x)
    return torch.cat(path)
