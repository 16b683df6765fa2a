from itertools import accumulate


def do_gradient_descent(x, func_obj, max_steps, lr):
    points = accumulate(range(max_steps), lambda p, _: torch.sub(p, func_obj.grad(p), alpha=lr), initial=x.clone())
    return torch.vstack(list(points))
