# expect: changes nothing
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), lr=0)
