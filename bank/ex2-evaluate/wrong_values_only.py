# expect: (?i)dict|type
eval_metrics = list(evaluate(early_dropout_model, nn.BCELoss(), test_dataset).values())
