# expect: [Dd]ropout
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512), nn.ReLU(), nn.Dropout(0.5),
    nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.5), nn.Linear(512, 1), nn.Sigmoid(),
).to(device)
