# expect: SGD
loss = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
