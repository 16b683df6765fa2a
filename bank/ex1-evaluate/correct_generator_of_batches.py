def evaluate(model, loss, test_dataset, batch_size=512):
    was_training = model.training
    model.eval()

    def batches():
        for start in range(0, len(test_dataset), batch_size):
            rows, labels = zip(*(test_dataset[i] for i in range(start, min(start + batch_size, len(test_dataset)))))
            yield torch.stack(rows), torch.stack(labels)

    with torch.inference_mode():
        stats = [(loss(p := model(x).squeeze(1), y).item(), get_accuracy(p, y), len(y)) for x, y in batches()]
    model.train(was_training and False)
    n = sum(k for *_, k in stats)
    return {
        "test_loss": sum(l * k for l, _, k in stats) / n,
        "test_acc": sum(a * k for _, a, k in stats) / n,
    }
