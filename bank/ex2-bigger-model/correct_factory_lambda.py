block = lambda a, b: [nn.Linear(a, b, device=device), nn.ReLU()]
bigger_model = nn.Sequential(
    *block(input_size, 512), *block(512, 512), nn.Linear(512, 1, device=device), nn.Sigmoid()
)
