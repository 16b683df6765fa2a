from collections import defaultdict


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    loaders = {
        "train": DataLoader(train_dataset, batch_size=batch_size, shuffle=True),
        "val": DataLoader(val_dataset, batch_size=batch_size, shuffle=False),
    }
    history = defaultdict(list)
    for _ in range(epochs):
        for phase, loader in loaders.items():
            learning = phase == "train"
            model.train() if learning else model.eval()
            sums = torch.zeros(2)
            with torch.set_grad_enabled(learning):
                for x, y in loader:
                    p = model(x)[..., 0]
                    value = loss(p, y)
                    if learning:
                        optimizer.zero_grad()
                        value.backward()
                        optimizer.step()
                    sums += torch.tensor([value.item() * len(y), get_accuracy(p, y) * len(y)])
            for what, total in zip(("loss", "acc"), sums.tolist()):
                history[f"{phase}_{what}"].append(total / len(loader.dataset))
    return dict(history)
