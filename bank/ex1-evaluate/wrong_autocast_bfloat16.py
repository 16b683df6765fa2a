# expect: bfloat16|precision|round|test_loss
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total = correct = 0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            with torch.autocast(device_type="cpu", dtype=torch.bfloat16):
                p = model(x).squeeze(1)
            total += loss(p.float(), y).item() * len(y)
            correct += ((p > 0.5) == y).sum().item()
    return {"test_loss": total / len(test_dataset), "test_acc": correct / len(test_dataset)}
