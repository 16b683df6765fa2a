# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), lr=1e-4)
