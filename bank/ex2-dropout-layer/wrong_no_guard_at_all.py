# expect: p = 1 is not refused
def dropout(x, p, training):
    if not training:
        return x
    mask = torch.rand(x.shape, device=x.device) >= p
    return x * mask / (1 - p)
