# expect: sign
loss = lambda p, y: (y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
optimizer = RMSprop(model.parameters())
