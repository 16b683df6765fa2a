# expect: \d\.\d+
def loss(p, y, eps=1e-3):
    return -(y * torch.log(p + eps) + (1 - y) * torch.log(1 - p + eps)).mean()


optimizer = RMSprop(model.parameters())
