# expect: 0 steps|steps.?=.?0|, 0\)|no step
def alpha_after(alpha, lr, eigenvalue, steps):
    return (1 - lr * eigenvalue) ** max(steps, 1) * alpha
