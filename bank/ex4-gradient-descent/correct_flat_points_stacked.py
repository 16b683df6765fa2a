def do_gradient_descent(x, func_obj, max_steps, lr, verbose=False):
    points = [x.flatten().clone()]
    while len(points) <= max_steps:
        last = points[-1]
        points.append(torch.sub(last, func_obj.grad(last.reshape(1, 2)).reshape(-1), alpha=lr))
        if verbose:
            print(points[-1])
    return torch.stack(points)
