import tempfile
from pathlib import Path


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    checkpoint = Path(tempfile.mkdtemp()) / "last.pt"
    metrics = {f"{part}_{kind}": [] for part in ("train", "val") for kind in ("loss", "acc")}

    def run(dataset, learn):
        loader = DataLoader(dataset, batch_size=batch_size, shuffle=learn)
        total = hits = 0.0
        for x, y in loader:
            p = model(x).flatten()
            l = loss(p, y)
            if learn:
                optimizer.zero_grad()
                l.backward()
                optimizer.step()
            total += l.item() * y.shape[0]
            hits += (p.ge(0.5) == y.bool()).sum().item()
        return total / len(dataset), hits / len(dataset)

    for epoch in range(epochs):
        model.train()
        for key, value in zip(("train_loss", "train_acc"), run(train_dataset, True)):
            metrics[key].append(value)
        model.eval()
        with torch.no_grad():
            for key, value in zip(("val_loss", "val_acc"), run(val_dataset, False)):
                metrics[key].append(value)
        torch.save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, checkpoint)
    if checkpoint.exists():
        model.load_state_dict(torch.load(checkpoint)["model"])
    return metrics
