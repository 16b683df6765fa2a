from dataclasses import dataclass


@dataclass
class Meter:
    total: float = 0.0
    n: int = 0

    def update(self, value: float, n: int) -> None:
        self.total += value * n
        self.n += n

    @property
    def mean(self) -> float:
        return self.total / self.n


def evaluate(model: nn.Module, loss, test_dataset: Dataset, batch_size: int = 512) -> dict[str, float]:
    losses, accs = Meter(), Meter()
    model.eval()
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size, shuffle=False):
            y_hat = model(x).squeeze(-1)
            losses.update(loss(y_hat, y).item(), y.numel())
            accs.update((y_hat.round() == y).double().mean().item(), y.numel())
    return {"test_loss": losses.mean, "test_acc": accs.mean}
