def alpha_after(alpha, lr, eigenvalue, steps):
    done = 0
    while done < steps:
        alpha *= 1 - lr * eigenvalue
        done += 1
    return alpha
