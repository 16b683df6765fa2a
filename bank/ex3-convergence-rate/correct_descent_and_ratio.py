def slowest_rate(eigenvalues):
    values = torch.tensor([float(v) for v in eigenvalues], dtype=torch.float64)
    lr = 2 / values.max()
    x = torch.ones_like(values)
    after = x - lr * values * x
    return after[values.argmin()].item()
