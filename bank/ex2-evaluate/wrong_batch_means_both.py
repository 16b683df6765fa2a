# expect: (?i)batch
early_dropout_model.eval()
losses, accs = [], []
with torch.no_grad():
    for x, y in DataLoader(test_dataset, batch_size=512):
        p = early_dropout_model(x).squeeze(1)
        losses.append(nn.BCELoss()(p, y.float()).item())
        accs.append(((p > 0.5) == y).float().mean().item())
eval_metrics = {"test_loss": sum(losses) / len(losses), "test_acc": sum(accs) / len(accs)}
