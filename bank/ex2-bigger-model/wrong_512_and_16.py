# expect: 512
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512), nn.ReLU(), nn.Linear(512, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
