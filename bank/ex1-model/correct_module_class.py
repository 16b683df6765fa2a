import torch.nn.functional as F


class Classifier(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.out = nn.Linear(16, 1)
        self.hidden_2 = nn.Linear(16, 16)
        self.hidden_1 = nn.Linear(size, 16)

    def forward(self, x):
        x = F.relu(self.hidden_1(x))
        x = self.hidden_2(x).clamp(min=0)
        return torch.sigmoid(self.out(x))


model = Classifier(train_dataset.shape[1])
model.to(device)
