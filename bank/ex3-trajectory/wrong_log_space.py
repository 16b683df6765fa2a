# expect: sign|negative|ValueError|nan
import math


def alpha_after(alpha, lr, eigenvalue, steps):
    factor = 1 - lr * eigenvalue
    return alpha * math.exp(steps * math.log(abs(factor) + 1e-300))
