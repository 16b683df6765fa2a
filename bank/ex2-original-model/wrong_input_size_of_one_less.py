# expect: (?i)input
original_model = nn.Sequential(
    nn.Linear(input_size - 1, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
