# expect: start
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    gradient = func_obj.grad(x)
    for _ in range(max_steps):
        x = x - lr * gradient
        path.append(x)
    return torch.cat(path)
