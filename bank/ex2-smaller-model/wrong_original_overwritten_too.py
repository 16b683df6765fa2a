# expect: original_model
smaller_model = nn.Sequential(
    nn.Linear(input_size, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid()
).to(device)
original_model = smaller_model
