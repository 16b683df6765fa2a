# expect: ReLU6|activation|ReLU
model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU6(), nn.Linear(16, 16), nn.ReLU6(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
