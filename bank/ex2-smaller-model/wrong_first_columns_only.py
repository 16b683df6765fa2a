# expect: input|10,?000
class Cut(nn.Module):
    def forward(self, x):
        return x[:, :5000]


smaller_model = nn.Sequential(
    Cut(), nn.Linear(5000, 4), nn.ReLU(), nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid()
).to(device)
