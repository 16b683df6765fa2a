from typing import Protocol


class Callback(Protocol):
    def __call__(self, epoch: int, logs: dict[str, float]) -> None: ...


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs,
          *, callbacks: tuple[Callback, ...] = ()):
    history: dict[str, list[float]] = {}

    def history_callback(epoch, logs):
        for key, value in logs.items():
            history.setdefault(key, []).append(value)

    def epoch_of(dataset, training):
        model.train(mode=training)
        parts = []
        for x, y in DataLoader(dataset, batch_size=batch_size, shuffle=training):
            if training:
                optimizer.zero_grad()
            out = model(x).squeeze(1)
            value = loss(out, y)
            if training:
                value.backward()
                optimizer.step()
            parts.append(torch.tensor([value.item() * len(y), ((out > 0.5) == y).sum().item(), len(y)], dtype=torch.float64))
        total, hits, n = torch.stack(parts).sum(0).tolist()
        return total / n, hits / n

    for epoch in range(epochs):
        train_loss, train_acc = epoch_of(train_dataset, True)
        with torch.no_grad():
            val_loss, val_acc = epoch_of(val_dataset, False)
        logs = dict(train_loss=train_loss, train_acc=train_acc, val_loss=val_loss, val_acc=val_acc)
        for callback in (history_callback, *callbacks):
            callback(epoch, logs)
    return history
