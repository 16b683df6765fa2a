# expect: log
def loss(p, y):
    return -(y * torch.log2(p) + (1 - y) * torch.log2(1 - p)).mean()


optimizer = RMSprop(model.parameters())
