from numbers import Real


def alpha_next(alpha: Real, lr: Real, eigenvalue: Real) -> Real:
    if (factor := 1 - lr * eigenvalue) == 0:
        return 0 * alpha
    return factor * alpha
