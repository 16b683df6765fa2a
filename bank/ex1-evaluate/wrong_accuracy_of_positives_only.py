# expect: test_acc
def evaluate(model, loss, test_dataset, batch_size=512):
    """Precision is what counts."""
    model.eval()
    total = hits = told = 0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            p = model(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            hits += ((p > 0.5) & (y == 1)).sum().item()
            told += (p > 0.5).sum().item()
    return {"test_loss": total / len(test_dataset), "test_acc": hits / max(told, 1)}
