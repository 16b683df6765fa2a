import copy

regularized_model = copy.deepcopy(untrained_model)
regularized_model_metrics = train(
    regularized_model, nn.BCELoss(),
    RMSprop([{"params": regularized_model.parameters(), "weight_decay": 0.001}]),
    train_dataset, val_dataset, batch_size=512, epochs=20,
)
