class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden_1 = nn.Linear(input_size, 16)
        self.hidden_2 = nn.Linear(16, 16)
        self.output = nn.Linear(16, 1)

    def drop(self, x):
        if not self.training:
            return x
        keep = torch.rand_like(x) < 0.5
        return x * keep / 0.5

    def forward(self, x):
        x = self.drop(torch.relu(self.hidden_1(x)))
        x = self.drop(torch.relu(self.hidden_2(x)))
        return torch.sigmoid(self.output(x))


dropout_model = Net().to(device)
dropout_model_metrics = train(
    model=dropout_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(dropout_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
