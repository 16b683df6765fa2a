# expect: changed|in place|in-place
def loss(p, y):
    p.data.clamp_(0.05, 0.95)
    return nn.functional.binary_cross_entropy(p, y)


optimizer = RMSprop(model.parameters())
