# expect: no gradient
def loss(predictions, labels):
    return torch.tensor(nn.BCELoss()(predictions, labels).item())
optimizer = RMSprop(model.parameters())
