# expect: (?i)decay|weights
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(),
    nn.Linear(16, 16), nn.ReLU(),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)

optimizer = RMSprop([{"params": regularized_model[4].parameters(), "weight_decay": 0.001}, {"params": regularized_model[:4].parameters()}])
regularized_model_metrics = train(regularized_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, batch_size=512, epochs=20)
