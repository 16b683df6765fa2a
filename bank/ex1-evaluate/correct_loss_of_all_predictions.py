@torch.no_grad()
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    pairs = [(model(x), y.unsqueeze(1)) for x, y in DataLoader(test_dataset, batch_size)]
    predictions, targets = (torch.cat(part) for part in zip(*pairs))
    return {"test_loss": float(loss(predictions, targets)), "test_acc": get_accuracy(predictions, targets)}
