# expect: numbers in x|wrong share
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    noisy = x.abs() + torch.rand(x.shape)
    return x * (noisy > noisy.flatten().quantile(p)) / (1 - p)
