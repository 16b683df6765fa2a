def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    losses, hits = [], []
    with torch.no_grad():
        for i in range(len(test_dataset)):
            row, label = test_dataset[i]
            p = model(row[None])[0]
            losses.append(loss(p, label[None]).item())
            hits.append(bool(p > 0.5) == bool(label))
    return {"test_loss": sum(losses) / len(losses), "test_acc": sum(hits) / len(hits)}
