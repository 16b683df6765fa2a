def alpha_next(alpha, lr, eigenvalue):
    x = torch.tensor(float(alpha), dtype=torch.float64, requires_grad=True)
    (0.5 * eigenvalue * x**2).backward()
    return x - lr * x.grad
