# expect: GELU|ReLU|activation
original_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.GELU(), nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
