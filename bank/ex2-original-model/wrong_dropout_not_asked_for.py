# expect: (?i)dropout|training mode
original_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
