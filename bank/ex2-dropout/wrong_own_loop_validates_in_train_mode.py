# expect: (?i)train mode|eval
def fit(model, optimizer, epochs=20):
    """My own loop, with the seed's mean of batch means."""
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    criterion = nn.BCELoss()
    loaders = {
        "train": DataLoader(train_dataset, batch_size=512, shuffle=True),
        "val": DataLoader(val_dataset, batch_size=512),
    }
    for epoch in range(epochs):
        for part, loader in loaders.items():
            model.train()
            losses, hits, count = [], 0, 0
            with torch.set_grad_enabled(part == "train"):
                for x, y in loader:
                    y_hat = model(x)[:, 0]
                    batch_loss = criterion(y_hat, y)
                    if part == "train":
                        optimizer.zero_grad()
                        batch_loss.backward()
                        optimizer.step()
                    losses.append(batch_loss.item())
                    hits += int(((y_hat > 0.5) == y).sum())
                    count += len(y)
            history[part + "_loss"].append(sum(losses) / len(losses))
            history[part + "_acc"].append(hits / count)
    return history


dropout_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
dropout_model_metrics = fit(dropout_model, RMSprop(dropout_model.parameters()))
