# expect: (?i)optimizer
original_model_metrics = train(
    model=original_model,
    loss=nn.BCELoss(),
    optimizer=torch.optim.SGD(original_model.parameters(), lr=0.01),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
smaller_model_metrics = train(
    model=smaller_model,
    loss=nn.BCELoss(),
    optimizer=torch.optim.SGD(smaller_model.parameters(), lr=0.01),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
