# expect: [Dd]ropout
dropout_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.AlphaDropout(0.5), nn.Linear(16, 16), nn.ReLU(), nn.AlphaDropout(0.5),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, 512, 20
)
