# expect: RuntimeError
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone().requires_grad_()
    path = [x]
    for _ in range(max_steps):
        func_obj(x).sum().backward()
        x -= lr * x.grad
        path.append(x)
    return torch.cat(path)
