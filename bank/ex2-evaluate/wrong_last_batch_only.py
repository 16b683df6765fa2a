# expect: (?i)last batch only
early_dropout_model.eval()
with torch.no_grad():
    for x, y in DataLoader(test_dataset, batch_size=512):
        predictions = early_dropout_model(x).squeeze(1)
        eval_metrics = {
            "test_loss": nn.BCELoss()(predictions, y).item(),
            "test_acc": ((predictions > 0.5) == y).float().mean().item(),
        }
