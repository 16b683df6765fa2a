def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    fast = torch.compile(model, backend="eager")
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        for part, dataset in (("train", train_dataset), ("val", val_dataset)):
            learns = part == "train"
            fast.train(learns)
            total, right = 0.0, 0
            for x, y in DataLoader(dataset, batch_size=batch_size, shuffle=learns):
                with torch.set_grad_enabled(learns):
                    p = fast(x).squeeze(1)
                    value = loss(p, y)
                if learns:
                    optimizer.zero_grad()
                    value.backward()
                    optimizer.step()
                total += value.item() * len(y)
                right += ((p > 0.5) == (y > 0.5)).sum().item()
            metrics[f"{part}_loss"].append(total / len(dataset))
            metrics[f"{part}_acc"].append(right / len(dataset))
    return metrics
