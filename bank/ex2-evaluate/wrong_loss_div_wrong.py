# expect: (?i)mean|divide|batch
early_dropout_model.eval()
bce = nn.BCELoss()
total, right = 0.0, 0
with torch.no_grad():
    for x, y in DataLoader(test_dataset, batch_size=512):
        p = early_dropout_model(x).squeeze(1)
        total += bce(p, y.float()).item()
        right += ((p > 0.5).float() == y.float()).sum().item()
eval_metrics = {"test_loss": total / len(test_dataset), "test_acc": right / len(test_dataset)}
