from functools import partial

import torch.nn.functional as F

loss = partial(F.binary_cross_entropy, reduction="mean")
optimizer = torch.optim.RMSprop(params=[*model.parameters()], lr=1e-2)
