# expect: part of the loss has no gradient
def loss(predictions, labels):
    positive = labels * predictions.log()
    negative = (1 - labels) * (1 - predictions.detach()).log()
    return -(positive + negative).mean()
optimizer = RMSprop(model.parameters())
