# expect: (?i)loss
eval_metrics = evaluate(early_dropout_model, nn.MSELoss(), test_dataset)
