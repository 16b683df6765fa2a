# expect: batch means
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total, predictions, targets = 0.0, [], []
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            y_hat = model(x).squeeze(1)
            total += loss(y_hat, y).item()
            predictions.append(y_hat)
            targets.append(y)
    return {
        "test_loss": total / len(targets),
        "test_acc": get_accuracy(torch.cat(predictions), torch.cat(targets)),
    }
