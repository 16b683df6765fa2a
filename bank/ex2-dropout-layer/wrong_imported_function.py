# expect: not your own
from torch.nn.functional import dropout as torch_dropout


def dropout(x, p, training):
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but must be at least 0 and less than 1")
    return torch_dropout(x, p=p, training=training)
