# expect: exponential
import math

def alpha_after(alpha, lr, eigenvalue, steps):
    return alpha * math.exp(-lr * eigenvalue * steps)
