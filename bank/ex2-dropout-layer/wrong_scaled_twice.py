# expect: scaled twice
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    x = x / (1 - p)
    return x * (torch.rand_like(x) >= p) / (1 - p)
