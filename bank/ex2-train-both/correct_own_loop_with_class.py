from dataclasses import dataclass, field


@dataclass
class Run:
    model: nn.Module
    history: dict = field(default_factory=lambda: {k: [] for k in ("train_loss", "train_acc", "val_loss", "val_acc")})

    def __post_init__(self):
        self.optimizer = RMSprop(self.model.parameters())

    def one_pass(self, loader, name):
        criterion = nn.BCELoss(reduction="sum")
        total = hits = n = 0
        for x, y in loader:
            p = self.model(x).squeeze(1)
            batch = criterion(p, y)
            if name == "train":
                self.optimizer.zero_grad()
                (batch / len(y)).backward()
                self.optimizer.step()
            total += batch.item()
            hits += ((p > 0.5) == y).sum().item()
            n += len(y)
        self.history[f"{name}_loss"].append(total / n)
        self.history[f"{name}_acc"].append(hits / n)

    def fit(self, epochs=20):
        loaders = (DataLoader(train_dataset, 512, shuffle=True), DataLoader(val_dataset, 512))
        for _ in range(epochs):
            self.model.train()
            self.one_pass(loaders[0], "train")
            self.model.eval()
            with torch.inference_mode():
                self.one_pass(loaders[1], "val")
        return self.history


original_model_metrics = Run(original_model).fit()
smaller_model_metrics = Run(smaller_model).fit()
