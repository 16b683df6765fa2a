# expect: wrong shape
model = nn.Sequential(
    nn.Flatten(),
    nn.Linear(in_features=input_size, out_features=16),
    nn.ReLU(),
    nn.Linear(in_features=16, out_features=16),
    nn.ReLU(),
    nn.Linear(in_features=16, out_features=1),
    nn.Sigmoid(),
    nn.Flatten(0),
).to(device)
