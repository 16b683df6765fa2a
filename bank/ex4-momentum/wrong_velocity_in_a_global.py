# expect: state is kept between calls
velocity = torch.zeros(1, 2)


def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    global velocity
    path = [x]
    for _ in range(max_steps):
        velocity = momentum * velocity - lr * func_obj.grad(x)
        x = x + velocity
        path.append(x)
    return torch.cat(path)
