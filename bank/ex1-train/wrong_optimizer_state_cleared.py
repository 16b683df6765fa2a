# expect: state|optimizer
from collections import defaultdict


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        optimizer.state = defaultdict(dict)  # a fresh start for every epoch
        for part, ds in (("train", train_dataset), ("val", val_dataset)):
            model.train(part == "train")
            total = hits = 0
            with torch.set_grad_enabled(part == "train"):
                for x, y in DataLoader(ds, batch_size=batch_size, shuffle=part == "train"):
                    p = model(x).squeeze(1)
                    l = loss(p, y)
                    if part == "train":
                        optimizer.zero_grad()
                        l.backward()
                        optimizer.step()
                    total += l.item() * len(y)
                    hits += ((p > 0.5) == y).sum().item()
            metrics[part + "_loss"].append(total / len(ds))
            metrics[part + "_acc"].append(hits / len(ds))
    return metrics
