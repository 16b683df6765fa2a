def alpha_after(alpha, lr, eigenvalue, steps):
    history = [alpha]
    for _ in range(steps):
        history.append((1 - lr * eigenvalue) * history[-1])
    return history[-1]
