# expect: optimizer|step
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    lr = optimizer.param_groups[0]["lr"]
    out = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        for name, ds in (("train", train_dataset), ("val", val_dataset)):
            model.train(name == "train")
            total = hits = 0
            for x, y in DataLoader(ds, batch_size=batch_size, shuffle=name == "train"):
                p = model(x).squeeze(1)
                l = loss(p, y)
                if name == "train":
                    model.zero_grad()
                    l.backward()
                    with torch.no_grad():
                        for q in model.parameters():
                            q -= lr * q.grad
                total += l.item() * len(y)
                hits += ((p > 0.5) == y).sum().item()
            out[name + "_loss"].append(total / len(ds))
            out[name + "_acc"].append(hits / len(ds))
    return out
