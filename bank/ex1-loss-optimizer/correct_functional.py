import torch.nn.functional as F

loss = F.binary_cross_entropy
optimizer = torch.optim.RMSprop(params=list(model.parameters()), lr=0.01)
