# expect: wrong shape
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        # output first: the order of registration is not the order of use
        self.out = nn.Linear(512, 1, device=device)
        self.hidden = nn.ModuleList(
            [nn.Linear(input_size, 512, device=device), nn.Linear(512, 512, device=device)]
        )

    def forward(self, x):
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.out(x).sigmoid().flatten()  # (N,)


bigger_model = Net()
