def hidden(a, b, p=0.5):
    return nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Dropout(p=p))


dropout_model = nn.Sequential(hidden(input_size, 16), hidden(16, 16), nn.Linear(16, 1), nn.Sigmoid()).to(device)
dropout_model_metrics = train(
    dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, 512, 20
)
