from dataclasses import asdict, dataclass, field


@dataclass
class History:
    train_loss: list = field(default_factory=list)
    train_acc: list = field(default_factory=list)
    val_loss: list = field(default_factory=list)
    val_acc: list = field(default_factory=list)


@dataclass
class Sums:
    loss: float = 0.0
    right: int = 0
    count: int = 0

    def add(self, value, p, y):
        self.loss += value.item() * len(y)
        self.right += int(((p > 0.5) == (y == 1)).sum())
        self.count += len(y)


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    history = History()
    for _ in range(epochs):
        sums = Sums()
        model.train()
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            p = model(x).reshape(-1)
            value = loss(p, y)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            sums.add(value, p, y)
        history.train_loss.append(sums.loss / sums.count)
        history.train_acc.append(sums.right / sums.count)
        sums = Sums()
        model.eval()
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = model(x).reshape(-1)
                sums.add(loss(p, y), p, y)
        history.val_loss.append(sums.loss / sums.count)
        history.val_acc.append(sums.right / sums.count)
    return asdict(history)
