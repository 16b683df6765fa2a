# expect: one loss per review
loss = nn.BCELoss(reduction="none")
optimizer = RMSprop(model.parameters())
