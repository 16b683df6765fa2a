def slowest_rate(eigenvalues):
    x = torch.ones(len(eigenvalues), dtype=torch.float64)
    values = torch.tensor(eigenvalues, dtype=torch.float64)
    after = x - 2 / values.max() * values * x
    return after[values.argmin()]
