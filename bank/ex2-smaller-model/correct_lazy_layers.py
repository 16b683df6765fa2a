smaller_model = nn.Sequential(
    nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(1), nn.Sigmoid()
).to(device)
smaller_model(torch.zeros(1, input_size, device=device))  # draws the weights
