# expect: (?i)batch size
bigger_model_metrics = train(
    model=bigger_model,
    loss=nn.BCELoss(),
    optimizer=Adam(bigger_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=256,
    epochs=20,
)
