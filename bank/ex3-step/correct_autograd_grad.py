def alpha_next(alpha, lr, eigenvalue):
    a = torch.tensor(float(alpha), dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(eigenvalue * a**2 / 2, a)
    return (a - lr * slope).item()
