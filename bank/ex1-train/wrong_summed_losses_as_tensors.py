# expect: graphs pile up
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)
    for epoch in range(epochs):
        model.train()
        total, predictions, targets = 0.0, [], []
        for x, y in train_loader:
            y_hat = model(x).squeeze(1)
            batch_loss = loss(y_hat, y)
            optimizer.zero_grad()
            batch_loss.backward()
            optimizer.step()
            total += batch_loss * len(y)
            predictions.append(y_hat.detach())
            targets.append(y)
        metrics["train_loss"].append(float(total) / len(train_dataset))
        metrics["train_acc"].append(get_accuracy(torch.cat(predictions), torch.cat(targets)))

        model.eval()
        total, predictions, targets = 0.0, [], []
        with torch.no_grad():
            for x, y in val_loader:
                y_hat = model(x).squeeze(1)
                total += loss(y_hat, y).item() * len(y)
                predictions.append(y_hat)
                targets.append(y)
        metrics["val_loss"].append(total / len(val_dataset))
        metrics["val_acc"].append(get_accuracy(torch.cat(predictions), torch.cat(targets)))
    return metrics
