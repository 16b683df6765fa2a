# expect: [Dd]ropout|eval|train
class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5).eval()

    def train(self, mode=True):
        return self

    def forward(self, h):
        return self.drop(h)


dropout_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), Half(), nn.Linear(16, 16), nn.ReLU(), Half(),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, 512, 20
)
