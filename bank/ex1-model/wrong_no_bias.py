# expect: bias
model = nn.Sequential(
    nn.Linear(input_size, 16, bias=False), nn.ReLU(),
    nn.Linear(16, 16, bias=False), nn.ReLU(),
    nn.Linear(16, 1, bias=False), nn.Sigmoid(),
).to(device)
