def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    scheduler = torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0, total_iters=0)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        loss_meter, acc_meter = [0.0, 0], [0, 0]
        for data, target in DataLoader(train_dataset, batch_size, shuffle=True):
            optimizer.zero_grad()
            output = model(data)
            l = loss(output.squeeze(-1), target)
            l.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=float("inf"))
            optimizer.step()
            loss_meter[0] += l.item() * len(target)
            loss_meter[1] += len(target)
            acc_meter[0] += output.squeeze(-1).gt(0.5).eq(target).sum().item()
            acc_meter[1] += len(target)
        scheduler.step()
        metrics["train_loss"].append(loss_meter[0] / loss_meter[1])
        metrics["train_acc"].append(acc_meter[0] / acc_meter[1])
        model.eval()
        with torch.no_grad():
            l, correct = 0, 0
            for data, target in DataLoader(val_dataset, batch_size):
                output = model(data)
                l += loss(output.squeeze(-1), target).item() * len(target)
                correct += output.squeeze(-1).gt(0.5).eq(target).sum().item()
        metrics["val_loss"].append(l / len(val_dataset))
        metrics["val_acc"].append(correct / len(val_dataset))
    return metrics
