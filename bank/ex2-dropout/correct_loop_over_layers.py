layers = []
for inputs, units in [(input_size, 16), (16, 16)]:
    layers.extend([nn.Linear(inputs, units), nn.ReLU(), nn.Dropout(p=0.5)])
dropout_model = nn.Sequential(*layers, nn.Linear(16, 1), nn.Sigmoid()).to(device)
dropout_model_metrics = train(
    model=dropout_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(dropout_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
