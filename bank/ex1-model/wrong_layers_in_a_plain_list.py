# expect: (?i)no parameters|plain list
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()]
    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
model = Net().to(device)
