net = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
)
original_model = torch.compile(net.to(device), backend="eager")
