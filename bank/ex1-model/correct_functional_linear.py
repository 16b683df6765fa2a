class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(input_size, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 1)

    def forward(self, x):
        F = nn.functional
        x = F.relu(F.linear(x, self.first.weight, self.first.bias))
        x = F.relu(F.linear(x, self.second.weight, self.second.bias), inplace=True)
        return F.sigmoid(F.linear(x, self.last.weight, self.last.bias))


model = Net().to(device)
