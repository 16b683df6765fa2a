# expect: (?i)train|test|changed|learn
m = train(early_dropout_model, nn.BCELoss(), RMSprop(early_dropout_model.parameters()), test_dataset, test_dataset, 512, 1)
eval_metrics = {'test_loss': m['val_loss'][-1], 'test_acc': m['val_acc'][-1]}
