# expect: whole numbers
def do_gradient_descent(x, func_obj, max_steps, lr):
    h = torch.zeros(max_steps + 1, 2, dtype=torch.int64)
    h[0] = x[0]
    for i in range(max_steps):
        x = x - lr * func_obj.grad(x)
        h[i + 1] = x[0]
    return h
