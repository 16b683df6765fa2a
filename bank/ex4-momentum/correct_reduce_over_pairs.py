from functools import reduce


def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    def step(state, _):
        path, v = state
        v = momentum * v - lr * func_obj.grad(path[-1])
        return [*path, path[-1] + v], v

    path, _ = reduce(step, range(max_steps), ([x], torch.zeros_like(x)))
    return torch.cat(path)
