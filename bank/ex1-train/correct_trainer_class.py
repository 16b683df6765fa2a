class Trainer:
    def __init__(self, model, loss, optimizer):
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}

    def pass_over(self, loader, part):
        self.model.train(part == "train")
        total, predictions, targets = 0.0, [], []
        for x, y in loader:
            p = self.model(x).squeeze(-1)
            value = self.loss(p, y)
            if part == "train":
                self.optimizer.zero_grad()
                value.backward()
                self.optimizer.step()
            total += float(value.detach()) * y.numel()
            predictions.append(p.detach())
            targets.append(y)
        predictions, targets = torch.cat(predictions), torch.cat(targets)
        self.metrics[f"{part}_loss"].append(total / len(targets))
        self.metrics[f"{part}_acc"].append(get_accuracy(predictions, targets))

    def fit(self, train_loader, val_loader, epochs):
        for _ in range(epochs):
            self.pass_over(train_loader, "train")
            with torch.no_grad():
                self.pass_over(val_loader, "val")
        return self.metrics


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    train_loader = DataLoader(train_dataset, batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size)
    return Trainer(model, loss, optimizer).fit(train_loader, val_loader, epochs)
