# expect: rate|lr|step
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for t in range(max_steps):
        x = x - lr / (1 + 0.01 * t) * func_obj.grad(x)
        path.append(x)
    return torch.cat(path)
