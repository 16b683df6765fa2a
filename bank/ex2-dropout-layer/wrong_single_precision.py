# expect: type
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    mask = torch.rand(x.shape, device=x.device) >= p
    return x.float() * mask / (1 - p)
