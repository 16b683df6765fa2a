# expect: p = 1 is not refused
def dropout(x, p, training):
    if not 0 <= p <= 1:
        raise ValueError
    return nn.functional.dropout(x, p, training)
