# expect: round
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        x = torch.round(x - lr * func_obj.grad(x), decimals=2)
        path.append(x)
    return torch.cat(path)
