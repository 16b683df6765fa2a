# expect: optimizer|new|epoch
bigger_model_metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
for _ in range(20):
    part = train(
        bigger_model, nn.BCELoss(), Adam(bigger_model.parameters()), train_dataset, val_dataset, 512, 1
    )
    for key, values in part.items():
        bigger_model_metrics[key].extend(values)
