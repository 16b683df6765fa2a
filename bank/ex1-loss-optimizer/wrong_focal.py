# expect: \d\.\d+
def loss(p, y, gamma=2.0):
    p_t = torch.where(y == 1, p, 1 - p)
    return (-((1 - p_t) ** gamma) * torch.log(p_t)).mean()


optimizer = RMSprop(model.parameters())
