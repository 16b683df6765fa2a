from itertools import accumulate


def do_gradient_descent(x, func_obj, max_steps, lr):
    steps = accumulate(range(max_steps), lambda p, _: p - lr * func_obj.grad(p), initial=x.clone())
    return torch.cat(list(steps))
