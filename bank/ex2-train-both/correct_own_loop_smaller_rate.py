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
            model.train(part == "train")
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


original_model_metrics = fit(original_model, RMSprop(original_model.parameters(), lr=0.0003))
smaller_model_metrics = fit(smaller_model, RMSprop(smaller_model.parameters(), lr=0.0003))
