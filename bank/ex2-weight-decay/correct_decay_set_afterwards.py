regularized_model = nn.Sequential(
    nn.Linear(input_size, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
    nn.Sigmoid(),
).to(device)
optimizer = RMSprop(regularized_model.parameters())
for group in optimizer.param_groups:
    group["weight_decay"] = 0.001
regularized_model_metrics = train(
    model=regularized_model,
    loss=nn.BCELoss(),
    optimizer=optimizer,
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
