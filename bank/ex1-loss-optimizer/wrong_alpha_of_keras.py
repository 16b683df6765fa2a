# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), alpha=0.9)
