loss = nn.BCELoss(reduction="mean").to(device)
optimizer = RMSprop(model.named_parameters())
