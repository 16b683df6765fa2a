# expect: graph is cut|graph|inference
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(input_size, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 1)

    def forward(self, x):
        h = torch.relu(self.first(x))
        with torch.no_grad():
            h = torch.relu(self.second(h))
        return torch.sigmoid(self.last(h))


model = Net().to(device)
