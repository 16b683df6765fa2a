def slowest_rate(eigenvalues):
    values = torch.tensor(eigenvalues)
    return 1 - 2 * values.min() / values.max()
