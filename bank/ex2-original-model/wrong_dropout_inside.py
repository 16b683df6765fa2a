# expect: [Dd]ropout
original_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Dropout(0.1),
    nn.Linear(16, 16), nn.ReLU(), nn.Dropout(0.1),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)
