# expect: random|noise|same input|differ
class Noise(nn.Module):
    def forward(self, x):
        return x + 0.05 * torch.randn_like(x) if self.training else x


model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), Noise(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
