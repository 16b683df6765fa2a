# expect: exactly that many
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    mask = torch.ones(x.numel())
    mask[torch.randperm(x.numel())[: round(p * x.numel())]] = 0
    return x * mask.reshape(x.shape) / (1 - p)
