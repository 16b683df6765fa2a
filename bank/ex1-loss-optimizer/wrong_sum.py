# expect: sum
loss = nn.BCELoss(reduction="sum")
optimizer = RMSprop(model.parameters())
