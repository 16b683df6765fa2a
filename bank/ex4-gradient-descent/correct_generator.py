def descend(x, func_obj, lr):
    while True:
        yield x
        x = x - lr * func_obj.grad(x)


def do_gradient_descent(x, func_obj, max_steps, lr):
    path = descend(x.clone(), func_obj, lr)
    return torch.vstack([next(path) for _ in range(max_steps + 1)])
