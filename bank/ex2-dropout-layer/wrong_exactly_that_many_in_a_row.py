# expect: exactly that many
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    rank = torch.rand(x.shape).argsort(-1).argsort(-1)
    mask = rank >= round(p * x.shape[-1])
    return x * mask / (1 - p)
