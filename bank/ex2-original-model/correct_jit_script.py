class Classifier(nn.Module):
    def __init__(self, n: int, h: int):
        super().__init__()
        self.fc1 = nn.Linear(n, h)
        self.fc2 = nn.Linear(h, h)
        self.fc3 = nn.Linear(h, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.relu(self.fc1(x))
        x = nn.functional.relu(self.fc2(x))
        return torch.sigmoid(self.fc3(x))


original_model = Classifier(input_size, 16).to(device)
original_model = original_model.eval().train()
