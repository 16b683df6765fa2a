# expect: 500|batch
original_model_metrics = train(
    original_model, nn.BCELoss(), RMSprop(original_model.parameters()), train_dataset, val_dataset, 500, 20
)
smaller_model_metrics = train(
    smaller_model, nn.BCELoss(), RMSprop(smaller_model.parameters()), train_dataset, val_dataset, 500, 20
)
