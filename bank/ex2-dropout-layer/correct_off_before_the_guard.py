def dropout(x, p, training):
    if not training or p == 0:
        return x
    if p < 0 or p >= 1:
        raise ValueError(p)
    return x * (torch.rand(x.shape, device=x.device) > p) / (1 - p)
