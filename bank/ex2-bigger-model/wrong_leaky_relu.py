# expect: (?i)activation.*relu
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512),
    nn.LeakyReLU(),
    nn.Linear(512, 512),
    nn.LeakyReLU(),
    nn.Linear(512, 1),
    nn.Sigmoid(),
).to(device)
