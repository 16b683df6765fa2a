# expect: half
loss = lambda p, y: -(y * torch.log(p)).mean()
optimizer = RMSprop(model.parameters())
