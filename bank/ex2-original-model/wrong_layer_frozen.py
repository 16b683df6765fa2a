# expect: frozen|learn|trained|requires_grad|gradient
original_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
original_model[0].requires_grad_(False)
