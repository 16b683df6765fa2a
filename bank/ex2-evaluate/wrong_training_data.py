# expect: (?i)training data|train
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), train_dataset)
