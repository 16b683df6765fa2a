# expect: [Dd]ropout|zero
class Gaussian(nn.Module):
    def forward(self, h):
        return h * (1 + torch.randn_like(h)) if self.training else h


dropout_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), Gaussian(), nn.Linear(16, 16), nn.ReLU(), Gaussian(),
    nn.Linear(16, 1), nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, 512, 20
)
