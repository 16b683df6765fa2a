from torch import optim

optimizer = optim.Adam(bigger_model.parameters(), lr=1e-3)
bigger_model_metrics = train(
    model=bigger_model,
    loss=torch.nn.functional.binary_cross_entropy,
    optimizer=optimizer,
    train_dataset=train_dataset,
    val_dataset=val_dataset,
    batch_size=512,
    epochs=20,
)
