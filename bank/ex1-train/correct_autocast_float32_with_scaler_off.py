def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    """As in PyTorch's AMP recipe; on the CPU all of it is switched off."""
    use_amp = device.type == "cuda" and False
    scaler = torch.amp.GradScaler(device.type, enabled=use_amp)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    for _ in range(epochs):
        model.train()
        loss_sum, acc_sum, n = 0.0, 0.0, 0
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            with torch.autocast(device_type=device.type, enabled=use_amp):
                p = model(x).reshape(-1)
            value = loss(p.float(), y)
            scaler.scale(value).backward()
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
            loss_sum += value.item() * len(x)
            acc_sum += get_accuracy(p.detach(), y) * len(x)
            n += len(x)
        metrics["train_loss"].append(loss_sum / n)
        metrics["train_acc"].append(acc_sum / n)

        model.eval()
        loss_sum, acc_sum, n = 0.0, 0.0, 0
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = model(x).reshape(-1)
                loss_sum += loss(p, y).item() * len(x)
                acc_sum += get_accuracy(p, y) * len(x)
                n += len(x)
        metrics["val_loss"].append(loss_sum / n)
        metrics["val_acc"].append(acc_sum / n)
    return metrics
