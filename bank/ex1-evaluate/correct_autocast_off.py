def evaluate(model, loss, test_dataset, batch_size=512):
    model.eval()
    total = correct = count = 0
    with torch.inference_mode(), torch.autocast(device_type=device.type, enabled=False):
        for x, y in DataLoader(test_dataset, batch_size=batch_size):
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
            p = model(x)[..., 0]
            count += (n := y.size(0))
            total += loss(p, y).item() * n
            correct += torch.count_nonzero((p > 0.5) == (y > 0.5)).item()
    return {"test_loss": total / count, "test_acc": correct / count}
