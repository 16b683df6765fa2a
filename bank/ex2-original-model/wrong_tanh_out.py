# expect: (?i)sigmoid|output
set_seed(0)
original_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Tanh(),
).to(device)
