# expect: a penalty in the loss|no weight decay
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
class Penalised(nn.BCELoss):
    def forward(self, p, y):
        squares = [w.pow(2).sum() for w in regularized_model.parameters()]
        return super().forward(p, y) + 0.0005 * torch.stack(squares).sum()


regularized_model_metrics = train(
    regularized_model, Penalised(), RMSprop(regularized_model.parameters()), train_dataset, val_dataset, 512, 20
)
