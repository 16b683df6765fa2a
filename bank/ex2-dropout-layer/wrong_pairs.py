# expect: not independent
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    half = torch.rand(x.shape[:-1] + (x.shape[-1] // 2 + 1,)) >= p
    mask = half.repeat_interleave(2, -1)[..., : x.shape[-1]]
    return x * mask / (1 - p)
