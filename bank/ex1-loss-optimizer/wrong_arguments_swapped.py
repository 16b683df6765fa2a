# expect: swapped
loss = lambda p, y: nn.BCELoss()(y, p)
optimizer = RMSprop(model.parameters())
