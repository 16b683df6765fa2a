# expect: wrong shape|batch dimension
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(input_size, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 1)

    def forward(self, x):
        h = self.second(self.first(x).relu()).relu()
        return self.last(h).sigmoid().flatten()


model = Net().to(device)
