# expect: wrong shape
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        # output first: the order of registration is not the order of use
        self.out = nn.Linear(16, 1, device=device)
        self.hidden = nn.ModuleList(
            [nn.Linear(input_size, 16, device=device), nn.Linear(16, 16, device=device)]
        )

    def forward(self, x):
        for layer in self.hidden:
            x = F.relu(layer(x))
        return self.out(x).sigmoid().flatten()  # (N,)


original_model = Net()
