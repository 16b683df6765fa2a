# expect: start|too few
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.clone()]
    for _ in range(max_steps):
        path.append(x)
        x = x - lr * func_obj.grad(x)
    return torch.cat(path)
