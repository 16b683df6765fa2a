class MyDropout(nn.Module):
    def __init__(self, p: float = 0.5):
        super().__init__()
        self.p = p

    def forward(self, h: Tensor) -> Tensor:
        if not self.training:
            return h
        keep = torch.bernoulli(torch.full_like(h, 1 - self.p))
        return torch.einsum("nh,nh->nh", h, keep) / (1 - self.p)


dropout_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), MyDropout(), nn.Linear(16, 16), nn.ReLU(), MyDropout(),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, 512, 20
)
