from abc import ABC, abstractmethod


class Loop(ABC):
    def __init__(self, model, loss, loader):
        self.model, self.loss, self.loader = model, loss, loader

    @abstractmethod
    def after_batch(self, value): ...

    def __call__(self):
        self.model.train(isinstance(self, TrainLoop))
        total = hits = n = 0
        for x, y in self.loader:
            p = torch.squeeze(self.model(x), 1)
            value = self.loss(p, y)
            self.after_batch(value)
            total, hits, n = total + value.item() * len(y), hits + (p.round() == y).sum().item(), n + len(y)
        return total / n, hits / n


class TrainLoop(Loop):
    def __init__(self, *args, optimizer):
        super().__init__(*args)
        self.optimizer = optimizer

    def after_batch(self, value):
        self.optimizer.zero_grad()
        value.backward()
        self.optimizer.step()


class ValLoop(Loop):
    def after_batch(self, value):
        pass

    __call__ = torch.no_grad()(Loop.__call__)


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    learn = TrainLoop(model, loss, DataLoader(train_dataset, batch_size, shuffle=True), optimizer=optimizer)
    check_ = ValLoop(model, loss, DataLoader(val_dataset, batch_size))
    rows = [learn() + check_() for _ in range(epochs)]
    return dict(zip(("train_loss", "train_acc", "val_loss", "val_acc"), map(list, zip(*rows))))
