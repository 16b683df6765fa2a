# expect: not your own
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    return nn.functional.dropout(x, p, training)
