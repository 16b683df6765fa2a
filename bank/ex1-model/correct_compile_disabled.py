model = nn.Sequential(
    nn.Linear(input_size, 16, device=device),
    nn.Threshold(0.0, 0.0),
    nn.Linear(16, 16, device=device),
    nn.Threshold(0.0, 0.0),
    nn.Linear(16, 1, device=device),
    nn.Sigmoid(),
)
model = torch.compile(model, disable=True)
