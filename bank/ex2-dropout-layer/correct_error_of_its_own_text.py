def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    scale = torch.zeros_like(x)
    scale[torch.rand(x.shape, device=x.device) >= p] = 1 / (1 - p)
    return scale * x
