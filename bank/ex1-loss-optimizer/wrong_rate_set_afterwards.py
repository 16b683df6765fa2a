# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters())
for group in optimizer.param_groups:
    group["lr"] = 0.001
