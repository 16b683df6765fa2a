# expect: loop go round before
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.clone()]
    for _ in range(max_steps):
        x = x - lr * func_obj.grad(x)
        path.append(x)
        return torch.cat(path)
