# expect: cannot learn any more|cannot be trained
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            p = model(x).squeeze(1)
            loss_sum += loss(p, y).item() * len(y)
            hits += ((p > 0.5) == (y > 0.5)).sum().item()
    for parameter in model.parameters():
        parameter.requires_grad = False
    n = len(test_dataset)
    return {"test_loss": loss_sum / n, "test_acc": hits / n}
