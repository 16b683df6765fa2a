# expect: learning rate
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), lr=10)
