# expect: no gradient
def loss(predictions, labels):
    value = nn.BCELoss()(predictions, labels)
    return value.clone().detach()
optimizer = RMSprop(model.parameters())
