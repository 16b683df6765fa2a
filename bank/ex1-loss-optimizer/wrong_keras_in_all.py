# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)
