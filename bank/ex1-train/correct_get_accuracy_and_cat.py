def train(
    model: nn.Module, loss, optimizer, train_dataset: Dataset, val_dataset: Dataset, batch_size: int, epochs: int
) -> dict:
    metrics = {key: [] for key in ("train_loss", "train_acc", "val_loss", "val_acc")}
    loaders = {
        "train": DataLoader(train_dataset, batch_size, shuffle=True),
        "val": DataLoader(val_dataset, batch_size),
    }
    for _ in range(epochs):
        for part, loader in loaders.items():
            training = part == "train"
            model.train(training)
            losses, sizes, hits = [], [], 0
            for x, y in loader:
                with torch.set_grad_enabled(training):
                    y_hat = model(x)[:, 0]
                    batch_loss = loss(y_hat, y)
                if training:
                    optimizer.zero_grad()
                    batch_loss.backward()
                    optimizer.step()
                losses.append(batch_loss.detach())
                sizes.append(len(y))
                hits += int(((y_hat > 0.5) == (y > 0.5)).sum())
            weights = torch.tensor(sizes, dtype=torch.float)
            metrics[part + "_loss"].append(float((torch.stack(losses).cpu() * weights).sum() / weights.sum()))
            metrics[part + "_acc"].append(hits / sum(sizes))
    return metrics
