layers = []
width = input_size
for units in (16, 16):
    layers += [nn.Linear(width, units), nn.ReLU(inplace=True)]
    width = units
layers += [nn.Linear(width, 1), nn.Sigmoid()]
original_model = nn.Sequential(*layers)
original_model.to(device)
