# expect: (?i)dict|type
original_model_metrics = train(
    model=original_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(original_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)["val_loss"]
smaller_model_metrics = train(
    model=smaller_model,
    loss=nn.BCELoss(),
    optimizer=RMSprop(smaller_model.parameters()),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)["val_loss"]
