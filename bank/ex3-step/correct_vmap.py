def alpha_next(alpha, lr, eigenvalue):
    step = torch.vmap(lambda a, v: a - lr * v * a)
    a = torch.tensor([alpha], dtype=torch.float64)
    return step(a, torch.tensor([eigenvalue], dtype=torch.float64)).item()
