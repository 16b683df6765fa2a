# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), lr=torch.tensor(0.005))
