def loss(predictions, labels):
    return -(torch.xlogy(labels, predictions) + torch.xlogy(1 - labels, 1 - predictions)).mean()


make_optimizer = {"rmsprop": RMSprop, "adam": Adam}
optimizer = make_optimizer["rmsprop"](model.parameters())
