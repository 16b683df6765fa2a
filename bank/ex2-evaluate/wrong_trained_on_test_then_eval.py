# expect: (?i)train|test|changed|learn
train(early_dropout_model, nn.BCELoss(), RMSprop(early_dropout_model.parameters()), test_dataset, val_dataset, 512, 1)
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
