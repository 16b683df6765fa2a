# expect: rises
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), maximize=True)
