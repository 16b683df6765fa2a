# expect: graph
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(input_size, 16)
        self.second = nn.Linear(16, 16)
        self.last = nn.Linear(16, 1)

    def forward(self, x):
        with torch.inference_mode():
            h = torch.relu(self.second(torch.relu(self.first(x))))
            return torch.sigmoid(self.last(h))


original_model = Net().to(device)
