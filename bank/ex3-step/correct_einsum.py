def alpha_next(alpha, lr, eigenvalue):
    h = torch.tensor([[eigenvalue]], dtype=torch.float64)
    a = torch.tensor([alpha], dtype=torch.float64)
    return (a - lr * torch.einsum("ij,j->i", h, a)).item()
