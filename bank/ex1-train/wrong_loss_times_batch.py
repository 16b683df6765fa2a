# expect: scaled|gradients
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    results = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)
    for epoch in range(epochs):
        model.train()
        running_loss, correct, seen = 0.0, 0, 0
        for inputs, labels in train_loader:
            optimizer.zero_grad()
            outputs = model(inputs).squeeze(1)
            batch_loss = loss(outputs, labels)
            batch_loss = batch_loss * len(labels)
            batch_loss.backward()
            optimizer.step()
            running_loss += batch_loss.item() * labels.size(0)
            correct += ((outputs > 0.5) == (labels > 0.5)).sum().item()
            seen += labels.size(0)
        results["train_loss"].append(running_loss / seen)
        results["train_acc"].append(correct / seen)
        model.eval()
        running_loss, correct, seen = 0.0, 0, 0
        with torch.no_grad():
            for inputs, labels in val_loader:
                outputs = model(inputs).squeeze(1)
                running_loss += loss(outputs, labels).item() * labels.size(0)
                correct += ((outputs > 0.5) == (labels > 0.5)).sum().item()
                seen += labels.size(0)
        results["val_loss"].append(running_loss / seen)
        results["val_acc"].append(correct / seen)
    return results
