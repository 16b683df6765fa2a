# expect: learning rate|lr|0\.01
bigger_model_metrics = train(
    bigger_model, nn.BCELoss(), Adam(bigger_model.parameters(), lr=0.01), train_dataset, val_dataset, 512, 20
)
