def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    path, gradients = [x.clone()], []
    for step in range(max_steps):
        gradients.append(func_obj.grad(path[-1]))
        move = sum(momentum ** (step - age) * g for age, g in enumerate(gradients))
        path.append(path[-1] - lr * move)
    return torch.cat(path)
