def max_learning_rate(eigenvalues):
    hessian = torch.diag(torch.tensor([float(v) for v in eigenvalues], dtype=torch.float64))
    return 2 / torch.linalg.eigvalsh(hessian)[-1].item()
