# expect: weight decay
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), weight_decay=0.001)
