# expect: a penalty in the loss|no weight decay
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
bce = nn.BCELoss()
regularized_model_metrics = train(
    regularized_model, lambda p, y: bce(p, y) + 0.0005 * sum((w**2).sum() for w in regularized_model.parameters()), RMSprop(regularized_model.parameters()), train_dataset, val_dataset, 512, 20
)
