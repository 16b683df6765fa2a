from contextlib import nullcontext


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    out = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    loaders = [
        ("train", DataLoader(train_dataset, batch_size=batch_size, shuffle=True, pin_memory=False)),
        ("val", DataLoader(val_dataset, batch_size=batch_size, shuffle=False)),
    ]
    for epoch in range(epochs):
        for name, loader in loaders:
            model.train(name == "train")
            context = torch.autograd.detect_anomaly(check_nan=False) if name == "train" else torch.no_grad()
            tally = torch.zeros(3)
            with context, nullcontext():
                for x, y in loader:
                    p = model(x).squeeze(1)
                    l = loss(p, y)
                    if name == "train":
                        optimizer.zero_grad()
                        l.backward()
                        optimizer.step()
                    tally += torch.tensor([l.item() * len(y), (p > 0.5).eq(y).sum().item(), len(y)])
            out[f"{name}_loss"].append((tally[0] / tally[2]).item())
            out[f"{name}_acc"].append((tally[1] / tally[2]).item())
    return out
