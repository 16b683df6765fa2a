optimizer = Adam(bigger_model.parameters())
parts = [
    train(bigger_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, 512, epochs)
    for epochs in (10, 10)
]
bigger_model_metrics = {key: parts[0][key] + parts[1][key] for key in parts[0]}
