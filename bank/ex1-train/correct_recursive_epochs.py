def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    if epochs == 0:
        return {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    earlier = train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs - 1)

    def walk(dataset, learn):
        out = []
        for x, y in DataLoader(dataset, batch_size=batch_size, shuffle=learn):
            p = model(x).squeeze(1)
            value = loss(p, y)
            if learn:
                value.backward()
                optimizer.step()
                optimizer.zero_grad()
            out.append((value.item(), (p.round() == y).float().mean().item(), len(y)))
        n = sum(k for *_, k in out)
        return sum(v * k for v, _, k in out) / n, sum(a * k for _, a, k in out) / n

    optimizer.zero_grad()
    model.train()
    a, b = walk(train_dataset, True)
    model.eval()
    with torch.no_grad():
        c, d = walk(val_dataset, False)
    return {k: v + [n] for (k, v), n in zip(earlier.items(), (a, b, c, d))}
