# expect: (?i)activation.*relu
original_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.Sigmoid(),
    nn.Linear(16, 16),
    nn.Sigmoid(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
