# expect: squared error
loss = nn.MSELoss()
optimizer = RMSprop(model.parameters())
