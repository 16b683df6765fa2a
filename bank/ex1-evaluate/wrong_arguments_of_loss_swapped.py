# expect: (?i)swapped
def evaluate(model, loss, test_dataset, batch_size=512):
    total, right = 0.0, 0.0
    model.eval()
    with torch.no_grad():
        for rows, targets in DataLoader(test_dataset, batch_size):
            predictions = model(rows)[:, 0]
            total += loss(targets, predictions).item() * len(targets)
            right += get_accuracy(predictions, targets) * len(targets)
    return {"test_loss": total / len(test_dataset), "test_acc": right / len(test_dataset)}
