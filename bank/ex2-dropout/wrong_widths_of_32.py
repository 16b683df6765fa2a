# expect: (?i)width|units
dropout_model = nn.Sequential(
    nn.Linear(input_size, 32),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(32, 32),
    nn.ReLU(),
    nn.Dropout(0.5),
    nn.Linear(32, 1),
    nn.Sigmoid(),
).to(device)
dropout_model_metrics = train(
    model=dropout_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(dropout_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
