# expect: replaced|another network
original_model = nn.Sequential(
    nn.Linear(input_size, 8), nn.ReLU(), nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid()
).to(device)
original_model_metrics = train(original_model, nn.BCELoss(), RMSprop(original_model.parameters()), train_dataset, val_dataset, 512, 20)
smaller_model_metrics = train(smaller_model, nn.BCELoss(), RMSprop(smaller_model.parameters()), train_dataset, val_dataset, 512, 20)
