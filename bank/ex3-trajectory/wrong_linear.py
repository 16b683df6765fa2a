# expect: .*step
def alpha_after(alpha, lr, eigenvalue, steps):
    return (1 - steps * lr * eigenvalue) * alpha
