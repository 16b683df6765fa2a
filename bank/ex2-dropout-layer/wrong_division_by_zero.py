# expect: another error
def dropout(x, p, training):
    if not training:
        return x
    mask = torch.rand(x.shape) >= p
    return x * mask * (1 / (1 - p))
