# expect: no end|running
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    step = 0
    while step < max_steps:
        x = x - lr * func_obj.grad(x)
    return torch.cat(path)
