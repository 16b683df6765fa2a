# expect: Adagrad|RMSprop
loss = nn.BCELoss()
optimizer = torch.optim.Adagrad(model.parameters())
