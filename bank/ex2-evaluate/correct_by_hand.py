early_dropout_model.eval()
probabilities, labels = [], []
with torch.no_grad():
    for x, y in DataLoader(test_dataset, batch_size=256):
        probabilities.append(early_dropout_model(x).reshape(-1))
        labels.append(y)
probabilities, labels = torch.cat(probabilities), torch.cat(labels)
eval_metrics = {
    "test_loss": nn.BCELoss()(probabilities, labels),
    "test_acc": ((probabilities > 0.5) == labels).float().mean(),
}
