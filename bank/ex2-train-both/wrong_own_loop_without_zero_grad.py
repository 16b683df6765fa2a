# expect: zero_grad is missing|pile up|hardly learned|numbers do not belong|wrong loss|exploded|never changed
def my_train(net, optimizer, epochs=20, batch_size=512):
    criterion = nn.BCELoss()
    record = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        net.train()
        total, hits = 0.0, 0
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            p = net(x).squeeze(1)
            value = criterion(p, y)
            value.backward()
            optimizer.step()
            total += value.item() * len(y)
            hits += ((p > 0.5) == (y > 0.5)).sum().item()
        record["train_loss"].append(total / len(train_dataset))
        record["train_acc"].append(hits / len(train_dataset))
        net.eval()
        total, hits = 0.0, 0
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = net(x).squeeze(1)
                total += criterion(p, y).item() * len(y)
                hits += ((p > 0.5) == (y > 0.5)).sum().item()
        record["val_loss"].append(total / len(val_dataset))
        record["val_acc"].append(hits / len(val_dataset))
    return record


original_model_metrics = my_train(original_model, RMSprop(original_model.parameters()))
smaller_model_metrics = my_train(smaller_model, RMSprop(smaller_model.parameters()))
