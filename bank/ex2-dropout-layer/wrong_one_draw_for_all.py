# expect: whole rows|everything|nothing|wrong share|not independent
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    return x / (1 - p) if torch.rand(1) >= p else 0 * x
