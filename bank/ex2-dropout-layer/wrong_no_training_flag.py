# expect: parameters
def dropout(x, p):
    return x * (torch.rand(x.shape) >= p) / (1 - p)
