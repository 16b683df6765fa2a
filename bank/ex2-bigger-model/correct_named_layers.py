from collections import OrderedDict

bigger_model = nn.Sequential(
    OrderedDict(
        flat=nn.Flatten(),
        fc1=nn.Linear(in_features=input_size, out_features=512),
        act1=nn.ReLU(),
        fc2=nn.Linear(in_features=512, out_features=512),
        act2=nn.ReLU(),
        fc3=nn.Linear(in_features=512, out_features=1),
        prob=nn.Sigmoid(),
    )
).to(device=device)
