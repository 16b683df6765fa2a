# expect: (?i)another model
eval_metrics = evaluate(dropout_model, nn.BCELoss(), test_dataset)
