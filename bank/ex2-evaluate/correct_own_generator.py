def chunks(n, size=512):
    yield from (range(i, min(i + size, n)) for i in range(0, n, size))


early_dropout_model.eval()
with torch.inference_mode():
    outputs, labels = zip(
        *((early_dropout_model(x).squeeze(1), y) for x, y in DataLoader(test_dataset, batch_size=512))
    )
    p, y = torch.cat(outputs), torch.cat(labels)
    eval_metrics = {"test_loss": nn.BCELoss()(p, y).item(), "test_acc": ((p > 0.5) == y).float().mean().item()}
