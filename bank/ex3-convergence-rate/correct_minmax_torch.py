def slowest_rate(eigenvalues):
    low, high = torch.aminmax(torch.tensor([float(v) for v in eigenvalues], dtype=torch.float64))
    return (1 - 2 * low / high).item()
