# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), eps=1e-3)
