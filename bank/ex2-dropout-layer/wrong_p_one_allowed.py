# expect: p = 1 is not refused
def dropout(x, p, training):
    if not 0 <= p <= 1:
        raise ValueError
    if not training or p == 0:
        return x
    return torch.where(torch.rand_like(x) < p, 0.0, x / (1 - p))
