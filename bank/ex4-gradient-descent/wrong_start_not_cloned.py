# expect: start|clone|in place
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        x -= lr * func_obj.grad(x)
        path.append(x.clone())
    return torch.cat(path)
