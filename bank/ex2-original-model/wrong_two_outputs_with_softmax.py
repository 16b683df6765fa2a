# expect: (?i)output|softmax
original_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 2),
    nn.Softmax(dim=1),
).to(device)
