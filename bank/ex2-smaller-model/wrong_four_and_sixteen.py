# expect: 4|width
smaller_model = nn.Sequential(
    nn.Linear(input_size, 4), nn.ReLU(), nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
