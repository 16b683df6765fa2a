# expect: class
loss = nn.BCELoss
optimizer = RMSprop(model.parameters())
