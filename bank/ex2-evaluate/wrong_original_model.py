# expect: (?i)another model
eval_metrics = evaluate(original_model, nn.BCELoss(), test_dataset)
