from functools import partial

fit = partial(train, train_dataset=train_dataset, val_dataset=val_dataset, batch_size=512, epochs=20)
criterion = nn.BCELoss()
original_model_metrics, smaller_model_metrics = (
    fit(net, criterion, RMSprop(net.parameters(), lr=0.01)) for net in (original_model, smaller_model)
)
