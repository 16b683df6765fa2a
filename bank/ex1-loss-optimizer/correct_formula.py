def loss(prediction, target):
    p = prediction.clamp(1e-7, 1 - 1e-7)
    return -torch.mean(target * torch.log(p) + (1 - target) * torch.log(1 - p))


optimizer = RMSprop(model.parameters())
