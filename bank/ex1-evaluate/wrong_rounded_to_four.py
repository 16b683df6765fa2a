# expect: round
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total = hits = 0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            p = model(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            hits += ((p > 0.5) == y).sum().item()
    return {"test_loss": round(total / len(test_dataset), 2), "test_acc": round(hits / len(test_dataset), 2)}
