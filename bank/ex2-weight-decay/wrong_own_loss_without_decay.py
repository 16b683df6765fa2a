# expect: (?i)weight decay
def my_loss(y_hat, y):
    return nn.functional.binary_cross_entropy(y_hat, y)


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
    loss=my_loss,
    optimizer=RMSprop(regularized_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
