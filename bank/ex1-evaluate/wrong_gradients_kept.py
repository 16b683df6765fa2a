# expect: gradients kept
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total, predictions, targets = 0.0, [], []
    if True:
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            y_hat = model(x).squeeze(1)
            total += loss(y_hat, y).item() * len(y)
            predictions.append(y_hat.detach())
            targets.append(y)
    return {
        "test_loss": total / len(test_dataset),
        "test_acc": get_accuracy(torch.cat(predictions), torch.cat(targets)),
    }
