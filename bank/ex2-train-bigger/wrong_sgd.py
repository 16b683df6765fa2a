# expect: (?i)optimizer
bigger_model_metrics = train(
    model=bigger_model,
    loss=nn.BCELoss(),
    optimizer=torch.optim.SGD(bigger_model.parameters(), lr=0.1, momentum=0.9),
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
