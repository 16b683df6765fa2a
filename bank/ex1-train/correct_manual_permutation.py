def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    def stack(dataset, indices):
        rows, labels = zip(*(dataset[int(i)] for i in indices))
        return torch.stack(rows), torch.stack([torch.as_tensor(v) for v in labels]).reshape(-1)

    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        total = hits = 0
        for indices in torch.randperm(len(train_dataset)).split(batch_size):
            x, y = stack(train_dataset, indices)
            p = model(x).squeeze(1)
            value = loss(p, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            total += value.item() * len(indices)
            hits += ((p > 0.5) == (y > 0.5)).sum().item()
        metrics["train_loss"].append(total / len(train_dataset))
        metrics["train_acc"].append(hits / len(train_dataset))
        model.eval()
        total = hits = 0
        with torch.no_grad():
            for indices in torch.arange(len(val_dataset)).split(batch_size):
                x, y = stack(val_dataset, indices)
                p = model(x).squeeze(1)
                total += loss(p, y).item() * len(indices)
                hits += ((p > 0.5) == (y > 0.5)).sum().item()
        metrics["val_loss"].append(total / len(val_dataset))
        metrics["val_acc"].append(hits / len(val_dataset))
    return metrics
