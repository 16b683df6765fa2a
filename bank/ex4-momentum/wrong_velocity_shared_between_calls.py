# expect: earlier|call|before|zero
class Velocity:
    value = None


def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    if Velocity.value is None:
        Velocity.value = torch.zeros_like(x)
    path = [x]
    for _ in range(max_steps):
        Velocity.value = momentum * Velocity.value - lr * func_obj.grad(x)
        x = x + Velocity.value
        path.append(x)
    return torch.cat(path)
