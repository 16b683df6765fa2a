# expect: unpack|error|shape|Error
def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    if not training:
        return x
    rows, columns = x.shape
    return x * (torch.rand(rows, columns) >= p) / (1 - p)
