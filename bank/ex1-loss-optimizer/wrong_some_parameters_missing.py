# expect: missing
loss = nn.BCELoss()
optimizer = RMSprop([p for p in model.parameters() if p.dim() == 2])
