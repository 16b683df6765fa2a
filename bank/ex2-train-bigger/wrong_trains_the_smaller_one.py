# expect: bigger_model
bigger_model_metrics = train(
    smaller_model, nn.BCELoss(), Adam(smaller_model.parameters()), train_dataset, val_dataset, 512, 20
)
