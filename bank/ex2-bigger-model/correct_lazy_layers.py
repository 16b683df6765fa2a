bigger_model = nn.Sequential(
    nn.LazyLinear(512), nn.ReLU(), nn.LazyLinear(512), nn.ReLU(), nn.LazyLinear(1), nn.Sigmoid()
).to(device)
bigger_model(torch.zeros(1, input_size, device=device))  # draws the weights
