class Net(nn.Module):
    def __init__(self, hidden=512):
        super().__init__()
        self.layers = nn.ModuleDict(
            {"in": nn.Linear(input_size, hidden), "mid": nn.Linear(hidden, hidden), "out": nn.Linear(hidden, 1)}
        )

    def forward(self, x):
        h = self.layers["in"](x).clamp(min=0)
        h = self.layers["mid"](h).clamp(min=0)
        return 1 / (1 + torch.exp(-self.layers["out"](h)))


bigger_model = Net().to(device)
