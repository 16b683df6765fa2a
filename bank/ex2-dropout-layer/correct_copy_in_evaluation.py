def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if training:
        return x * (torch.rand(x.shape, device=x.device) >= p).to(x) / (1 - p)
    return x.clone()
