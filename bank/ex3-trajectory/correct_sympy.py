def alpha_after(alpha, lr, eigenvalue, steps):
    T = sp.Symbol("T", integer=True, nonnegative=True)
    return ((1 - lr * eigenvalue) ** T * alpha).subs(T, steps)
