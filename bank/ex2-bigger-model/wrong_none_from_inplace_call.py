# expect: (?i)none|type
layers = nn.Sequential(
    nn.Linear(input_size, 512),
    nn.ReLU(),
    nn.Linear(512, 512),
    nn.ReLU(),
    nn.Linear(512, 1),
    nn.Sigmoid(),
)
bigger_model = layers.add_module("extra", nn.Identity())
