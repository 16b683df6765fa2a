# expect: (?i)data
bigger_model_metrics = train(
    model=bigger_model,
    loss=nn.BCELoss(),
    optimizer=Adam(bigger_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=test_dataset,
    batch_size=512,
    epochs=20,
)
