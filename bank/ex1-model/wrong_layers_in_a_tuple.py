# expect: does not know all of its layers
class Net(nn.Module):
    def __init__(self, widths=(input_size, 16, 16, 1)):
        super().__init__()
        self.layers = tuple(nn.Linear(a, b).to(device) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return torch.sigmoid(self.layers[-1](x))


model = Net()
