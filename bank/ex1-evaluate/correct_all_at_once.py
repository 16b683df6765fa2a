def evaluate(model, loss, test_dataset, batch_size=512):
    x, y = next(iter(DataLoader(test_dataset, batch_size=len(test_dataset))))
    with torch.inference_mode():
        p = model.eval()(x)[:, 0]
        return dict(test_loss=loss(p, y), test_acc=((p > 0.5) == (y == 1)).float().mean())
