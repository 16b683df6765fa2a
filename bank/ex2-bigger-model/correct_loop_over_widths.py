layers = []
width = input_size
for units in (512, 512):
    layers += [nn.Linear(width, units), nn.ReLU(inplace=True)]
    width = units
layers += [nn.Linear(width, 1), nn.Sigmoid()]
bigger_model = nn.Sequential(*layers)
bigger_model.to(device)
