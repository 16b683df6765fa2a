original_model = nn.Sequential(
    nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(16), nn.ReLU(), nn.LazyLinear(1), nn.Sigmoid()
).to(device)
original_model(torch.zeros(1, input_size, device=device))  # draws the weights
