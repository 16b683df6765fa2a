# expect: (?i)whole batch
class Dropped(nn.Module):
    """Drops the same units for every review of the batch."""

    def forward(self, x):
        if not self.training:
            return x
        mask = (torch.rand(x.shape[1], device=x.device) > 0.5).float()
        return x * mask / 0.5


dropout_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    Dropped(),
    nn.Linear(16, 16),
    nn.ReLU(),
    Dropped(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model,
    nn.BCELoss(),
    RMSprop(dropout_model.parameters()),
    train_dataset,
    val_dataset,
    batch_size=512,
    epochs=20,
)
