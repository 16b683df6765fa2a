# expect: exp|factor|1 -
import math


def alpha_next(alpha, lr, eigenvalue):
    return alpha * math.exp(-lr * eigenvalue)
