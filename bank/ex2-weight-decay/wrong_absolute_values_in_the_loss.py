# expect: a penalty in the loss|no weight decay
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
def loss(p, y):
    size = sum(w.abs().sum() for w in regularized_model.parameters())
    return nn.functional.binary_cross_entropy(p, y) + 0.001 * size


regularized_model_metrics = train(
    regularized_model, loss, RMSprop(regularized_model.parameters()), train_dataset, val_dataset, 512, 20
)
