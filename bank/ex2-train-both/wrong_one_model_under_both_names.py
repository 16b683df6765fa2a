# expect: replaced|numbers of another model|not new|another network
original_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
smaller_model = original_model
original_model_metrics = train(original_model, nn.BCELoss(), RMSprop(original_model.parameters()), train_dataset, val_dataset, 512, 20)
smaller_model_metrics = original_model_metrics
