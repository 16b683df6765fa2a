# expect: same|all rows|clone|overwrit|one tensor
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    path = [x]
    for _ in range(max_steps):
        x.sub_(lr * func_obj.grad(x))
        path.append(x.view(1, 2))
    return torch.cat(path)
