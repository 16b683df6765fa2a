from functools import partial


def step(gradient, alpha, lr, eigenvalue):
    return alpha - lr * gradient(alpha, eigenvalue)


alpha_next = partial(step, lambda a, v: v * a)
