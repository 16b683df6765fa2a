# expect: (?i)train mode|eval
early_dropout_model.train()
probabilities, labels = [], []
with torch.no_grad():
    for x, y in DataLoader(test_dataset, batch_size=512):
        probabilities.append(early_dropout_model(x).reshape(-1))
        labels.append(y)
probabilities, labels = torch.cat(probabilities), torch.cat(labels)
eval_metrics = {
    "test_loss": float(nn.BCELoss()(probabilities, labels)),
    "test_acc": float(((probabilities > 0.5) == labels).float().mean()),
}
