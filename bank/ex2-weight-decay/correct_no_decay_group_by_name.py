class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU())
        self.head = nn.Linear(16, 1)

    def forward(self, x):
        return self.head(self.body(x)).sigmoid()


regularized_model = Net().to(device)
named = dict(regularized_model.named_parameters())
decay = {"params": [p for n, p in named.items() if n.endswith("weight")], "weight_decay": 0.001}
rest = {"params": [p for n, p in named.items() if n.endswith("bias")], "weight_decay": 0.001}
regularized_model_metrics = train(
    regularized_model, nn.BCELoss(), RMSprop([decay, rest]), train_dataset, val_dataset, 512, 20
)
