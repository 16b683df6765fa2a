def make_model(hidden: int, p: float = 0.0) -> nn.Sequential:
    layers = []
    for a, b in [(input_size, hidden), (hidden, hidden)]:
        layers += [nn.Linear(a, b), nn.ReLU()] + ([nn.Dropout(p)] if p else [])
    return nn.Sequential(*layers, nn.Linear(hidden, 1), nn.Sigmoid()).to(device)


original_model = make_model(16)
