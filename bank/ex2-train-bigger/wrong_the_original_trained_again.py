# expect: (?i)another model|belong
bigger_model_metrics = train(
    model=original_model,
    loss=nn.BCELoss(),
    optimizer=Adam(original_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
