def alpha_next(alpha, lr, eigenvalue):
    point = torch.tensor([float(alpha)], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=float(lr))
    optimizer.zero_grad()
    (eigenvalue * point**2 / 2).sum().backward()
    optimizer.step()
    return point.item()
