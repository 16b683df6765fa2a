# expect: round
original_model_metrics = train(
    original_model, nn.BCELoss(), RMSprop(original_model.parameters()), train_dataset, val_dataset, 512, 20
)
smaller_model_metrics = train(
    smaller_model, nn.BCELoss(), RMSprop(smaller_model.parameters()), train_dataset, val_dataset, 512, 20
)
for metrics in (original_model_metrics, smaller_model_metrics):
    for key in metrics:
        metrics[key] = [round(v, 1) for v in metrics[key]]
