from itertools import accumulate, repeat


def alpha_after(alpha, lr, eigenvalue, steps):
    *_, last = accumulate(repeat(1 - lr * eigenvalue, steps), lambda a, f: a * f, initial=alpha)
    return last
