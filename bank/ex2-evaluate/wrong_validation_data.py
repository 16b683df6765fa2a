# expect: (?i)validation
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), val_dataset)
