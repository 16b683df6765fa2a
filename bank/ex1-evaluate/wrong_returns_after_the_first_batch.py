# expect: the first batch only, divided by all reviews
def evaluate(model, loss, test_dataset, batch_size=512):
    total, right = 0.0, 0.0
    model.eval()
    with torch.no_grad():
        for x, y in DataLoader(test_dataset, batch_size):
            p = model(x).squeeze(1)
            total += loss(p, y).item() * len(y)
            right += get_accuracy(p, y) * len(y)
            return {"test_loss": total / len(test_dataset), "test_acc": right / len(test_dataset)}
