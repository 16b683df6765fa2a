# expect: shape
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    flat = x.reshape(-1)
    return flat * (torch.rand(flat.shape) >= p) / (1 - p)
