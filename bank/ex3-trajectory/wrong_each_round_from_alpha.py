# expect: only one step
def alpha_after(alpha, lr, eigenvalue, steps):
    result = alpha
    for _ in range(steps):
        result = alpha_next(alpha, lr, eigenvalue)
    return result
