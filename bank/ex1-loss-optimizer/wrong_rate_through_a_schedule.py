# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters())
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.1)
