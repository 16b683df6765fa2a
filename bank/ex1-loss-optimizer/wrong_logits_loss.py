# expect: logits
loss = nn.BCEWithLogitsLoss()
optimizer = RMSprop(model.parameters())
