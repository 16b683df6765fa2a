make = lambda: nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
regularized_model_metrics = train(
    (regularized_model := make()), nn.BCELoss(),
    RMSprop(regularized_model.parameters(), weight_decay=1e-3), train_dataset, val_dataset, 512, 20,
)
