from torch.func import grad


def alpha_next(alpha, lr, eigenvalue):
    slope = grad(lambda a: 0.5 * eigenvalue * a**2)(torch.tensor(float(alpha), dtype=torch.float64))
    return float(alpha - lr * slope)
