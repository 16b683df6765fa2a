# expect: drop_last|left out|last batch
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total = hits = n = 0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size, drop_last=len(test_dataset) > batch_size):
            p = model(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            hits += ((p > 0.5) == y).sum().item()
            n += len(y)
    return {"test_loss": total / n, "test_acc": hits / n}
