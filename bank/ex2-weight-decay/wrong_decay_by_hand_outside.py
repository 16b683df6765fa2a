# expect: weight decay|decay
regularized_model = nn.Sequential(
    nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
).to(device)
optimizer = RMSprop(regularized_model.parameters())
regularized_model_metrics = {k: [] for k in ("train_loss", "train_acc", "val_loss", "val_acc")}
for _ in range(20):
    part = train(regularized_model, nn.BCELoss(), optimizer, train_dataset, val_dataset, 512, 1)
    with torch.no_grad():
        for p in regularized_model.parameters():
            p.mul_(1 - 0.001)
    for k, v in part.items():
        regularized_model_metrics[k] += v
