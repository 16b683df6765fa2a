def alpha_after(alpha, lr, eigenvalue, steps):
    return torch.tensor(alpha) * torch.pow(torch.tensor(1 - lr * eigenvalue), steps)
