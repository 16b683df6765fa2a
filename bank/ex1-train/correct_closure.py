def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": [], "epoch": []}

    def measure(dataset):
        model.eval()
        total, right = 0.0, 0.0
        with torch.inference_mode():
            for x, y in DataLoader(dataset, batch_size=2 * batch_size):
                p = model(x).reshape(-1)
                total += float(loss(p, y)) * y.numel()
                right += get_accuracy(p, y) * y.numel()
        return total / len(dataset), right / len(dataset)

    for epoch in range(1, epochs + 1):
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            model.train()

            def closure():
                optimizer.zero_grad()
                value = loss(model(x).reshape(-1), y)
                value.backward()
                return value

            optimizer.step(closure)
        for part, dataset in (("train", train_dataset), ("val", val_dataset)):
            part_loss, part_acc = measure(dataset)
            history[part + "_loss"].append(part_loss)
            history[part + "_acc"].append(part_acc)
        history["epoch"].append(epoch)
    return history
