# expect: strength
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
regularized_model_metrics = train(
    regularized_model, nn.BCELoss(), RMSprop(regularized_model.parameters(), weight_decay=0.01), train_dataset, val_dataset, 512, 20
)
