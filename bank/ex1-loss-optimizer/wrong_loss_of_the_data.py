# expect: no gradient
bce = nn.BCELoss()


def loss(predictions, labels):
    return bce(predictions.data, labels)
optimizer = RMSprop(model.parameters())
