def evaluate(model, loss, test_dataset, batch_size=512):
    runner = torch.compile(model, backend="eager", dynamic=True)
    runner.eval()
    total = correct = 0.0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            p = runner(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            correct += ((p > 0.5) == (y > 0.5)).sum().item()
    return {"test_loss": total / len(test_dataset), "test_acc": correct / len(test_dataset)}
