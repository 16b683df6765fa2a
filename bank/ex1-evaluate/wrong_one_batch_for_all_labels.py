# expect: shape|first|batch
def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    with torch.no_grad():
        x, y = next(iter(DataLoader(test_dataset, batch_size=batch_size)))
        p = model(x).squeeze(1)
        return {"test_loss": loss(p, y).item(), "test_acc": get_accuracy(p, y)}
