def max_learning_rate(eigenvalues):
    hessian = torch.diag(torch.tensor(eigenvalues, dtype=torch.float64))
    return (2 / torch.linalg.matrix_norm(hessian, 2)).item()
