def alpha_next(alpha, lr, eigenvalue):
    w = nn.Parameter(torch.tensor(alpha, dtype=torch.double))
    sgd = torch.optim.SGD([w], lr=lr, foreach=False)
    w.grad = torch.tensor(eigenvalue * alpha, dtype=torch.double)
    sgd.step()
    return w.detach().numpy()
