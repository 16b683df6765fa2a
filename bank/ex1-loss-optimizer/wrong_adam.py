# expect: Adam
loss = nn.BCELoss()
optimizer = Adam(model.parameters())
