# expect: (?i)learning rate|lr
bigger_model_metrics = train(bigger_model, nn.BCELoss(), Adam(bigger_model.parameters(), lr=1e-4), train_dataset, val_dataset, batch_size=512, epochs=20)
