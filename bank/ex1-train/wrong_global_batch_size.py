# expect: batch
BATCH_SIZE = 512


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    train_loader = DataLoader(train_dataset, batch_size=min(batch_size, BATCH_SIZE) // 2 or 1, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=BATCH_SIZE)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        for part, loader in (("train", train_loader), ("val", val_loader)):
            model.train(part == "train")
            total = hits = n = 0
            with torch.set_grad_enabled(part == "train"):
                for x, y in loader:
                    p = model(x).squeeze(1)
                    l = loss(p, y)
                    if part == "train":
                        optimizer.zero_grad()
                        l.backward()
                        optimizer.step()
                    total += l.item() * len(y)
                    hits += ((p > 0.5) == y).sum().item()
                    n += len(y)
            metrics[part + "_loss"].append(total / n)
            metrics[part + "_acc"].append(hits / n)
    return metrics
