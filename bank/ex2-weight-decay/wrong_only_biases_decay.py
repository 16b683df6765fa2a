# expect: (?i)decay|weights
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(),
    nn.Linear(16, 16), nn.ReLU(),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)

weights = [p for n, p in regularized_model.named_parameters() if n.endswith("weight")]
biases = [p for n, p in regularized_model.named_parameters() if n.endswith("bias")]
optimizer = RMSprop([{"params": biases, "weight_decay": 0.001}, {"params": weights}])
regularized_model_metrics = train(regularized_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, batch_size=512, epochs=20)
