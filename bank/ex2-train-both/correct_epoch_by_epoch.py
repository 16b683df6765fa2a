def by_epoch(model):
    optimizer = RMSprop(model.parameters())
    metrics = {}
    for epoch in range(20):
        one = train(model, nn.BCELoss(), optimizer, train_dataset, val_dataset, 512, 1, progress=False)
        for key, values in one.items():
            metrics.setdefault(key, []).extend(values)
    return metrics


original_model_metrics = by_epoch(original_model)
smaller_model_metrics = by_epoch(smaller_model)
