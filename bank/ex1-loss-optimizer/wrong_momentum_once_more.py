# expect: not at its default
loss = nn.BCELoss()
optimizer = RMSprop(model.parameters(), momentum=0.9)
