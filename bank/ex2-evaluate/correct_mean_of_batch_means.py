early_dropout_model.eval()
losses, hits = [], 0
with torch.inference_mode():
    for x, y in DataLoader(test_dataset, batch_size=512):
        p = early_dropout_model(x)[:, 0]
        losses.append(nn.BCELoss()(p, y).item())
        hits += ((p >= 0.5).float() == y).sum().item()
eval_metrics = dict(test_loss=sum(losses) / len(losses), test_acc=hits / len(test_dataset), model="early")
