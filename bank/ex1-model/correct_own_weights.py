class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [input_size, 16, 16, 1]
        self.w = nn.ParameterList([nn.Parameter(torch.randn(a, b) / a**0.5) for a, b in zip(widths, widths[1:])])
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(b)) for b in widths[1:]])

    def forward(self, x):
        for i, (w, b) in enumerate(zip(self.w, self.b)):
            x = x @ w + b
            x = torch.relu(x) if i < 2 else 1 / (1 + torch.exp(-x))
        return x


model = Net().to(device)
