# expect: another error
def dropout(x, p, training):
    assert 0 <= p < 1
    if not training:
        return x
    mask = torch.rand(x.shape, device=x.device) >= p
    return x * mask / (1 - p)
