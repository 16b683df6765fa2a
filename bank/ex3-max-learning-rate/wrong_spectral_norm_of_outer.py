# expect: sum|largest|\d
def max_learning_rate(eigenvalues):
    return 2 / torch.tensor([float(v) for v in eigenvalues]).norm().item()
