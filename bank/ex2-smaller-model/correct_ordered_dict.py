from collections import OrderedDict

smaller_model = nn.Sequential(
    OrderedDict(
        hidden1=nn.Sequential(nn.Linear(input_size, 4), nn.ReLU()),
        hidden2=nn.Sequential(nn.Linear(4, 4), nn.ReLU()),
        output=nn.Sequential(nn.Linear(4, 1), nn.Sigmoid()),
    )
).to(device)
