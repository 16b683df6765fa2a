# expect: turned round
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError
    if training:
        return x
    return x * (torch.rand(x.shape) >= p) / (1 - p)
