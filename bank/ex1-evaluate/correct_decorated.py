@torch.no_grad()
def evaluate(model, loss, test_dataset, batch_size=512):
    """Loss and accuracy, each a mean over all reviews."""
    model.eval()
    pairs = [(model(x).flatten(), y) for x, y in DataLoader(test_dataset, batch_size)]
    probabilities, labels = (torch.cat(parts) for parts in zip(*pairs))
    return {
        "test_loss": loss(probabilities, labels).item(),
        "test_acc": get_accuracy(probabilities, labels),
    }
