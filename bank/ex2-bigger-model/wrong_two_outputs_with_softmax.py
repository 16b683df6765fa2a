# expect: (?i)output|softmax
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 2),
    nn.Softmax(dim=1),
).to(device)
