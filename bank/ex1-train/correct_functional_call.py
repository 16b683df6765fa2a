from torch.func import functional_call


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        model.train()
        total, hits = 0.0, 0
        for x, y in DataLoader(train_dataset, batch_size=batch_size, shuffle=True):
            params = dict(model.named_parameters())
            p = functional_call(model, params, (x,)).squeeze(1)
            value = loss(p, y)
            grads = torch.autograd.grad(value, list(params.values()))
            for q, g in zip(params.values(), grads):
                q.grad = g
            optimizer.step()
            total += value.item() * len(y)
            hits += int(((p > 0.5) == y).sum())
        metrics["train_loss"].append(total / len(train_dataset))
        metrics["train_acc"].append(hits / len(train_dataset))
        optimizer.zero_grad()
        model.eval()
        total, hits = 0.0, 0
        with torch.inference_mode():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = model(x).squeeze(1)
                total += loss(p, y).item() * len(y)
                hits += int(((p > 0.5) == y).sum())
        metrics["val_loss"].append(total / len(val_dataset))
        metrics["val_acc"].append(hits / len(val_dataset))
    return metrics
