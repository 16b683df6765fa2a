# expect: val_|validation
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    ema = torch.optim.swa_utils.AveragedModel(model)
    out = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        for name, ds in (("train", train_dataset), ("val", val_dataset)):
            net = model if name == "train" else ema
            net.train(name == "train")
            total = hits = 0
            for x, y in DataLoader(ds, batch_size=batch_size, shuffle=name == "train"):
                with torch.set_grad_enabled(name == "train"):
                    p = net(x).squeeze(1)
                    l = loss(p, y)
                if name == "train":
                    optimizer.zero_grad()
                    l.backward()
                    optimizer.step()
                    ema.update_parameters(model)
                total += l.item() * len(y)
                hits += ((p > 0.5) == y).sum().item()
            out[name + "_loss"].append(total / len(ds))
            out[name + "_acc"].append(hits / len(ds))
    return out
