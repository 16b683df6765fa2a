# expect: wrong shape|batch dimension
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(input_size, 4)
        self.second = nn.Linear(4, 4)
        self.last = nn.Linear(4, 1)

    def forward(self, x):
        x = self.second(self.first(x).clamp(min=0)).clamp(min=0)
        return torch.sigmoid(self.last(x)).view(-1)


smaller_model = Net().to(device)
