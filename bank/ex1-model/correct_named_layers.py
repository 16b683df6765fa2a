from collections import OrderedDict

model = nn.Sequential(OrderedDict([
    ("hidden_1", nn.Linear(input_size, 16, device=device)),
    ("relu_1", nn.ReLU(inplace=True)),
    ("hidden_2", nn.Linear(16, 16, device=device)),
    ("relu_2", nn.ReLU()),
    ("output", nn.Linear(16, 1, device=device)),
    ("probability", nn.Sigmoid()),
]))
