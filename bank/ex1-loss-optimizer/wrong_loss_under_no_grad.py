# expect: no gradient
@torch.no_grad()
def loss(predictions, labels):
    return nn.functional.binary_cross_entropy(predictions, labels)
optimizer = RMSprop(model.parameters())
