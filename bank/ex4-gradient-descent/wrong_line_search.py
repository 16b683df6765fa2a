# expect: rate|lr|step|step
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        g = func_obj.grad(x)
        eta = lr
        while func_obj.grad(x - eta * g).norm() > g.norm() and eta > 1e-6:
            eta /= 2
        x = x - eta * g
        path.append(x)
    return torch.cat(path)
