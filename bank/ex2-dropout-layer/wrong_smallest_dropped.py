# expect: same entries|numbers in x
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    bound = x.abs().flatten().quantile(p)
    return x * (x.abs() > bound) / (1 - p)
