import torch.nn.functional as F


class DropoutNet(nn.Module):
    def __init__(self, n_in: int, n_hidden: int = 16, p: float = 0.5):
        super().__init__()
        self.p = p
        self.l1, self.l2, self.l3 = nn.Linear(n_in, n_hidden), nn.Linear(n_hidden, n_hidden), nn.Linear(n_hidden, 1)

    def forward(self, x):
        for layer in (self.l1, self.l2):
            x = F.dropout(F.relu(layer(x)), self.p, self.training)
        return self.l3(x).sigmoid()


dropout_model = DropoutNet(input_size).to(device)
optimizer = RMSprop(dropout_model.parameters())
dropout_model_metrics = train(dropout_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, 512, 20)
