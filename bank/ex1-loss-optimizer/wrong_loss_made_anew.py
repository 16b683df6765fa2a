# expect: no gradient
def loss(prediction, target):
    value = nn.BCELoss()(prediction, target).item()
    return torch.tensor(value, requires_grad=True)


optimizer = RMSprop(model.parameters())
