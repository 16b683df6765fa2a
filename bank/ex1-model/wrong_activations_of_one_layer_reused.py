# expect: hidden layers|width
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside = nn.Linear(input_size, 16)
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        return torch.sigmoid(self.out(torch.relu(torch.relu(self.inside(x)))))


model = Net().to(device)
