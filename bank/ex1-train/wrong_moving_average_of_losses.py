# expect: loss
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    smooth = None
    for _ in range(epochs):
        model.train()
        hits = 0
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            p = model(x).squeeze(1)
            l = loss(p, y)
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
            smooth = l.item() if smooth is None else 0.98 * smooth + 0.02 * l.item()
            hits += ((p > 0.5) == y).sum().item()
        metrics["train_loss"].append(smooth)
        metrics["train_acc"].append(hits / len(train_dataset))
        model.eval()
        total = hits = 0
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = model(x).squeeze(1)
                total += loss(p, y).item() * len(y)
                hits += ((p > 0.5) == y).sum().item()
        metrics["val_loss"].append(total / len(val_dataset))
        metrics["val_acc"].append(hits / len(val_dataset))
    return metrics
