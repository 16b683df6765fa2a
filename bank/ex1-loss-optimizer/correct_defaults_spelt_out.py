loss = nn.BCELoss(reduction="mean")
optimizer = RMSprop(model.parameters(), lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0, momentum=0)
