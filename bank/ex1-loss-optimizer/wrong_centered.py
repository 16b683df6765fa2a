# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), centered=True)
