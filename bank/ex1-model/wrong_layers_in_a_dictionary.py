# expect: does not know all|hidden layers
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = {
            "first": nn.Linear(input_size, 16, device=device),
            "second": nn.Linear(16, 16, device=device),
        }
        self.out = nn.Linear(16, 1)

    def forward(self, x):
        for layer in self.layers.values():
            x = layer(x).relu()
        return self.out(x).sigmoid()


model = Net().to(device)
