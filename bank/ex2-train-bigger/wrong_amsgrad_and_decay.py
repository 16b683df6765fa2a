# expect: weight decay|amsgrad|Adam
bigger_model_metrics = train(
    bigger_model, nn.BCELoss(), Adam(bigger_model.parameters(), weight_decay=1e-4), train_dataset, val_dataset, 512, 20
)
