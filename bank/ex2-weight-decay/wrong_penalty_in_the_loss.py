# expect: a penalty in the loss
class PenalisedLoss(nn.Module):
    """Half the squared norm of the weights, times 0.001: its gradient is 0.001 times the weights."""

    def __init__(self, model):
        super().__init__()
        self.parameters_of_model = list(model.parameters())

    def forward(self, y_hat, y):
        penalty = sum((p**2).sum() for p in self.parameters_of_model)
        return nn.functional.binary_cross_entropy(y_hat, y) + 0.5 * 0.001 * penalty


regularized_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
regularized_model_metrics = train(
    model=regularized_model,
    loss=PenalisedLoss(regularized_model),
    optimizer=RMSprop(regularized_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
