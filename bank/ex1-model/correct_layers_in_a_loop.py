layers = []
widths = [input_size, 16, 16]
for before, after in zip(widths, widths[1:]):
    layers += [nn.Linear(before, after), nn.ReLU()]
model = nn.Sequential(*layers, nn.Linear(widths[-1], 1), nn.Sigmoid()).to(device)
