# expect: (?i)swapped
early_dropout_model.eval()
with torch.no_grad():
    predictions = torch.cat([early_dropout_model(x).squeeze(1) for x, _ in DataLoader(test_dataset, 512)])
labels = test_dataset.labels
eval_metrics = {
    "test_loss": nn.BCELoss()(labels, predictions).item(),
    "test_acc": ((predictions > 0.5) == labels).float().mean().item(),
}
