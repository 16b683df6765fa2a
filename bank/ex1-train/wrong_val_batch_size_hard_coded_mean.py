# expect: batch means|short|weigh
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        total = hits = 0
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            p = model(x).squeeze(1)
            l = loss(p, y)
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
            total += l.item() * len(y)
            hits += ((p > 0.5) == y).sum().item()
        metrics["train_loss"].append(total / len(train_dataset))
        metrics["train_acc"].append(hits / len(train_dataset))
        model.eval()
        losses, accs = [], []
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=64):
                p = model(x).squeeze(1)
                losses.append(loss(p, y).item())
                accs.append(get_accuracy(p, y))
        metrics["val_loss"].append(sum(losses) / len(losses))
        metrics["val_acc"].append(sum(accs) / len(accs))
    return metrics
