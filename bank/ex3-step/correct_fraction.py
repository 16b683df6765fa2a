from fractions import Fraction


def alpha_next(alpha, lr, eigenvalue):
    a, eta, lam = (Fraction(str(float(v))) for v in (alpha, lr, eigenvalue))
    return float(a - eta * lam * a)
