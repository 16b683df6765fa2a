def evaluate(model: nn.Module, loss, test_dataset: Dataset, batch_size: int = 512) -> dict[str, float]:
    was_training = model.training
    model.train(False)
    right = seen = loss_sum = 0
    for x, y in DataLoader(test_dataset, batch_size, shuffle=True):
        with torch.no_grad():
            p = model(x).reshape(len(x))
        loss_sum += float(loss(p, y)) * len(x)
        right += int((p.round() == y).sum())
        seen += len(x)
    model.train(was_training)
    return {"test_loss": loss_sum / seen, "test_acc": right / seen, "n": seen}
