def do_gradient_descent(x, func_obj, max_steps, lr):
    if max_steps == 0:
        return x.clone()
    rest = do_gradient_descent(x - lr * func_obj.grad(x), func_obj, max_steps - 1, lr)
    return torch.cat([x, rest])
