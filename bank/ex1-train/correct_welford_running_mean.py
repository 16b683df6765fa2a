def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    class Mean:
        def __init__(self):
            self.value, self.n = 0.0, 0

        def __iadd__(self, pair):
            value, k = pair
            self.n += k
            self.value += (value - self.value) * k / self.n
            return self

    res = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for ep in range(epochs):
        losses, accs = Mean(), Mean()
        model.train()
        for bx, by in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            pred = model(bx).squeeze(1)
            cost = loss(pred, by)
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
            losses += cost.item(), len(by)
            accs += get_accuracy(pred.detach(), by), len(by)
        res["train_loss"].append(losses.value)
        res["train_acc"].append(accs.value)
        losses, accs = Mean(), Mean()
        model.eval()
        with torch.no_grad():
            for bx, by in DataLoader(val_dataset, batch_size=batch_size):
                pred = model(bx).squeeze(1)
                losses += loss(pred, by).item(), len(by)
                accs += get_accuracy(pred, by), len(by)
        res["val_loss"].append(losses.value)
        res["val_acc"].append(accs.value)
    return res
