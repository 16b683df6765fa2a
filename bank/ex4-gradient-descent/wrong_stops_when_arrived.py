# expect: too few
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.clone()]
    for _ in range(max_steps):
        step = lr * func_obj.grad(x)
        if step.norm() < 1e-4:
            break
        x = x - step
        path.append(x)
    return torch.cat(path)
