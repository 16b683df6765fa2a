# expect: no gradient
def loss(predictions, labels):
    value = nn.functional.binary_cross_entropy(predictions.detach(), labels)
    return value.requires_grad_()
optimizer = RMSprop(model.parameters())
