def scores(model, loss, dataset):
    """Mean loss and accuracy over a data set, all at once."""
    model.eval()
    with torch.no_grad():
        x, y = next(iter(DataLoader(dataset, batch_size=len(dataset))))
        p = model(x).squeeze(1)
        return loss(p, y).item(), get_accuracy(p, y)


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    rows = []
    for _ in range(epochs):
        model.train()
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            optimizer.zero_grad()
            loss(model(x).squeeze(1), y).backward()
            optimizer.step()
        rows.append((*scores(model, loss, train_dataset), *scores(model, loss, val_dataset)))
    columns = [list(column) for column in zip(*rows)]
    return dict(zip(("train_loss", "train_acc", "val_loss", "val_acc"), columns))
