# expect: a penalty in the loss|no weight decay
set_seed(0)
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
def loss(p, y):
    return nn.BCELoss()(p, y) + 0.0005 * sum(w.norm() ** 2 for w in regularized_model.parameters())


regularized_model_metrics = train(
    regularized_model, loss, RMSprop(regularized_model.parameters(), weight_decay=0.001), train_dataset, val_dataset, 512, 20
)
