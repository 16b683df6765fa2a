# expect: float64|double|32
model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device).double()
