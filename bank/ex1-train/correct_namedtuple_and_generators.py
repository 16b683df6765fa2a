from collections import defaultdict
from typing import Iterator, NamedTuple


class BatchResult(NamedTuple):
    loss: float
    right: int
    size: int


def train_batches(model, loss, optimizer, loader) -> Iterator[BatchResult]:
    model.train()
    for x, y in loader:
        optimizer.zero_grad(set_to_none=True)
        y_hat = model(x).squeeze(dim=1)
        batch_loss = loss(y_hat, y)
        batch_loss.backward()
        optimizer.step()
        yield BatchResult(batch_loss.item(), int(((y_hat > 0.5).float() == y).sum()), len(y))


@torch.inference_mode()
def val_batches(model, loss, loader) -> Iterator[BatchResult]:
    model.eval()
    for x, y in loader:
        y_hat = model(x).squeeze(dim=1)
        yield BatchResult(loss(y_hat, y).item(), int(((y_hat > 0.5).float() == y).sum()), len(y))


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    history = defaultdict(list)
    train_loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    val_loader = DataLoader(val_dataset, batch_size=batch_size)
    for _ in range(epochs):
        for part, results in (
            ("train", list(train_batches(model, loss, optimizer, train_loader))),
            ("val", list(val_batches(model, loss, val_loader))),
        ):
            n = sum(r.size for r in results)
            history[f"{part}_loss"].append(sum(r.loss * r.size for r in results) / n)
            history[f"{part}_acc"].append(sum(r.right for r in results) / n)
    return dict(history)
