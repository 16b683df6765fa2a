# expect: (?i)dropout_model|another|early|replaced
early_dropout_model = dropout_model
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
