# expect: no gradient
def loss(predictions, labels):
    with torch.inference_mode():
        return nn.BCELoss()(predictions, labels)
optimizer = RMSprop(model.parameters())
