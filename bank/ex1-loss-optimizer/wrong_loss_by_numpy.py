# expect: no gradient
import numpy as np


def loss(predictions, labels):
    p, y = predictions.detach().cpu().numpy(), labels.cpu().numpy()
    return torch.as_tensor(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
optimizer = RMSprop(model.parameters())
