# expect: start|first
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.round()
    path = [x]
    for _ in range(max_steps):
        x = x - lr * func_obj.grad(x)
        path.append(x)
    return torch.cat(path)
