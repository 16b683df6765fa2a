# expect: fewer dimensions
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = torch.zeros(max_steps + 1, 2)
    path[0] = x
    for i in range(max_steps):
        path[i + 1] = path[i] - lr * func_obj.grad(path[i])
    return path
