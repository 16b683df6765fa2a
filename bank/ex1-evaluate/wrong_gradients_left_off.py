# expect: (?i)switched off

def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total, right, n = 0.0, 0, 0
    torch.set_grad_enabled(False)
    if True:
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            p = model(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            right += ((p > 0.5).float() == y).sum().item()
            n += len(y)
    return {"test_loss": total / n, "test_acc": right / n}
