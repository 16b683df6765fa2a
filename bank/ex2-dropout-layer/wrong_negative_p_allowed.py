# expect: no probability
def dropout(x, p, training):
    if p >= 1:
        raise ValueError
    if not training:
        return x
    mask = torch.rand(x.shape, device=x.device) >= p
    return x * mask / (1 - p)
