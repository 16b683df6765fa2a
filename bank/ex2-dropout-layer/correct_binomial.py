def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    keep = torch.distributions.Bernoulli(1 - p).sample(x.shape).to(x)
    return keep * x * (1 / (1 - p))
