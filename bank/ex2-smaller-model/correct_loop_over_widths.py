layers = []
width = input_size
for units in (4, 4):
    layers += [nn.Linear(width, units), nn.ReLU(inplace=True)]
    width = units
layers += [nn.Linear(width, 1), nn.Sigmoid()]
smaller_model = nn.Sequential(*layers)
smaller_model.to(device)
