# expect: smooth|\d\.\d+
def loss(p, y, smoothing=0.05):
    y = y * (1 - smoothing) + smoothing / 2
    return nn.functional.binary_cross_entropy(p, y)


optimizer = RMSprop(model.parameters())
