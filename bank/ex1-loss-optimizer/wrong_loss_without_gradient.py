# expect: gradient
loss = lambda p, y: nn.BCELoss()(p, y).item()
optimizer = RMSprop(model.parameters())
