# expect: several values
def alpha_after(alpha, lr, eigenvalue, steps):
    return [alpha * (1 - lr * eigenvalue) ** t for t in range(steps + 1)]
