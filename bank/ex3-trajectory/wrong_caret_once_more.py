# expect: (?i)bitwise|TypeError|power
def alpha_after(alpha, lr, eigenvalue, steps):
    return alpha * (1 - lr * eigenvalue) ^ steps
