# expect: model is not used
train = lambda model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs: {}
