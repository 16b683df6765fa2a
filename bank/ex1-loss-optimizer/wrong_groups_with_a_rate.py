# expect: lr is not at its default
loss = nn.BCELoss(reduction="mean")
optimizer = RMSprop([{"params": [p]} for _, p in model.named_parameters()], lr=0.001)
