# expect: (?i)sigmoid|probabilit|round|gradient|0 (and|or) 1
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(input_size, 16), nn.Linear(16, 16), nn.Linear(16, 1)
    def forward(self, x):
        h = torch.relu(self.b(torch.relu(self.a(x))))
        return (torch.sigmoid(self.c(h)) > 0.5).float()
original_model = Net().to(device)
