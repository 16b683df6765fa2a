class Dense(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.w = nn.Parameter(torch.empty(b, a).uniform_(-(a**-0.5), a**-0.5))
        self.b = nn.Parameter(torch.zeros(b))

    def forward(self, x):
        return torch.einsum("ni,oi->no", x, self.w) + self.b


smaller_model = nn.Sequential(
    Dense(input_size, 4), nn.ReLU(), Dense(4, 4), nn.ReLU(), Dense(4, 1), nn.Sigmoid()
).to(device)
