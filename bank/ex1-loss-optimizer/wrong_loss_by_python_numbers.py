# expect: no gradient
import math


def loss(predictions, labels):
    pairs = list(zip(predictions.tolist(), labels.tolist()))
    return torch.tensor(-sum(math.log(p if y else 1 - p) for p, y in pairs) / len(pairs))
optimizer = RMSprop(model.parameters())
