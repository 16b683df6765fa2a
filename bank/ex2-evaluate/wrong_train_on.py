# expect: (?i)train|changed|further
m = train(early_dropout_model, nn.BCELoss(), RMSprop(early_dropout_model.parameters()), train_dataset, test_dataset, 512, 20)
eval_metrics = {'test_loss': m['val_loss'][-1], 'test_acc': m['val_acc'][-1]}
