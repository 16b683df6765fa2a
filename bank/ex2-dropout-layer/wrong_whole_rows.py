# expect: whole rows
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    mask = torch.rand(x.shape[0], 1) >= p
    return x * mask / (1 - p)
