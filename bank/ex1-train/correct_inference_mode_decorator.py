@torch.inference_mode()
def validate(model, loss, loader):
    model.eval()
    total, hits, count = 0.0, 0, 0
    for x, y in loader:
        p = model(x).view(-1)
        total += loss(p, y).item() * len(y)
        hits += (p.round() == y).sum().item()
        count += len(y)
    return total / count, hits / count


def train_one_epoch(model, loss, optimizer, loader):
    model.train()
    total, hits, count = 0.0, 0, 0
    for x, y in loader:
        p = model(x).view(-1)
        value = loss(p, y)
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        total += value.item() * len(y)
        hits += (p.round() == y).sum().item()
        count += len(y)
    return total / count, hits / count


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)
    for _ in range(epochs):
        train_loss, train_acc = train_one_epoch(model, loss, optimizer, train_loader)
        val_loss, val_acc = validate(model, loss, val_loader)
        metrics["train_loss"].append(train_loss)
        metrics["train_acc"].append(train_acc)
        metrics["val_loss"].append(val_loss)
        metrics["val_acc"].append(val_acc)
    return metrics
