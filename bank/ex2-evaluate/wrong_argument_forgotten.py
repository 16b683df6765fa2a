# expect: (?i)TypeError|defined
eval_metrics = evaluate(early_dropout_model, test_dataset)
