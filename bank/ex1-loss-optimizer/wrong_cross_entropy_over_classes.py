# expect: cross-entropy over several classes
loss = nn.CrossEntropyLoss()
optimizer = RMSprop(model.parameters())
