# expect: part of the loss has no gradient
def loss(prediction, target):
    negative = (1 - prediction).detach()
    return -torch.mean(target * torch.log(prediction) + (1 - target) * torch.log(negative))


optimizer = RMSprop(model.parameters())
