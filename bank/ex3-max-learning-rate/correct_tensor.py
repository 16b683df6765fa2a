def max_learning_rate(eigenvalues):
    return 2 / torch.tensor(eigenvalues).max()
