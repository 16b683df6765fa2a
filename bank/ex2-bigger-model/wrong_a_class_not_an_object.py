# expect: (?i)class
class Classifier(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.first = nn.Linear(input_size, hidden)
        self.second = nn.Linear(hidden, hidden)
        self.output = nn.Linear(hidden, 1)

    def forward(self, x):
        x = torch.relu(self.first(x))
        x = torch.relu(self.second(x))
        return torch.sigmoid(self.output(x))


bigger_model = Classifier
