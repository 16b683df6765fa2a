from functools import reduce

def alpha_after(alpha, lr, eigenvalue, steps):
    return reduce(lambda a, _: a - lr * eigenvalue * a, range(steps), alpha)
