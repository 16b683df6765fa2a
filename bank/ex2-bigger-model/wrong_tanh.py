# expect: (?i)activation.*relu
bigger_model = nn.Sequential(
    nn.Linear(input_size, 512),
    nn.Tanh(),
    nn.Linear(512, 512),
    nn.Tanh(),
    nn.Linear(512, 1),
    nn.Sigmoid(),
).to(device)
