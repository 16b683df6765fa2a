import torch.optim as optim

loss = lambda prediction, target: nn.functional.binary_cross_entropy_with_logits(torch.logit(prediction), target)
optimizer = optim.RMSprop(model.parameters())
