# expect: round|precision|float16|\d\.\d+
def alpha_next(alpha, lr, eigenvalue):
    return torch.tensor((1 - lr * eigenvalue) * alpha, dtype=torch.float16).item()
