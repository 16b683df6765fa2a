# expect: rise
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), maximize=True)
