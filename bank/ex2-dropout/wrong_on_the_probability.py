# expect: (?i)output|open|defined
dropout_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 1),
    nn.Sigmoid(),
    nn.Dropout(0.5),
).to(device)
dropout_model_metrics = original_model_metrics
