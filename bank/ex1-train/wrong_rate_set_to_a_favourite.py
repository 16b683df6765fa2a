# expect: settings of the optimizer
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    for group in optimizer.param_groups:
        group["lr"] = 0.01
    history = {name: [] for name in ("train_loss", "train_acc", "val_loss", "val_acc")}

    def run(dataset, training):
        model.train(training)
        total = hits = 0.0
        for x, y in DataLoader(dataset, batch_size, shuffle=training):
            p = model(x)[:, 0]
            value = loss(p, y)
            if training:
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
            total += value.item() * len(y)
            hits += get_accuracy(p, y) * len(y)
        return total / len(dataset), hits / len(dataset)

    for epoch in range(1, epochs + 1):
        found = run(train_dataset, True)
        with torch.no_grad():
            found += run(val_dataset, False)
        for name, number in zip(history, found):
            history[name].append(number)
    return history
